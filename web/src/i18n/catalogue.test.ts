import { describe, expect, it } from 'vitest';
import { flatten, withoutPlural } from './catalogue';
import { en } from './en';
import { zhCN } from './zh-CN';

const english = flatten(en);
const chinese = flatten(zhCN);

/** The same in both languages on purpose. */
const SAME = new Set([
  'app.name',
  'language.en',
  'language.zhCN',
  'fieldError.sameAsServer',
]);

const variables = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();

describe('the catalogues', () => {
  it('have the same keys', () => {
    const keys = (flat: Map<string, string>) => [...new Set([...flat.keys()].map(withoutPlural))].sort();
    expect(keys(chinese)).toEqual(keys(english));
  });

  it('have every plural form that their language knows', () => {
    for (const key of english.keys()) {
      if (key.endsWith('_one')) expect([...english.keys()]).toContain(key.replace(/_one$/, '_other'));
      if (key.endsWith('_other')) expect([...chinese.keys()]).toContain(key);
    }
  });

  it('leave nothing untranslated', () => {
    const untranslated = [...chinese].filter(
      ([key, text]) => !SAME.has(key) && (text === english.get(key) || !/[\u4e00-\u9fff]/.test(text)),
    );
    expect(untranslated).toEqual([]);
  });

  it('have no Chinese in the English one', () => {
    const strange = [...english].filter(([key, text]) => !SAME.has(key) && /[\u4e00-\u9fff]/.test(text));
    expect(strange).toEqual([]);
  });

  it('name the same variables', () => {
    for (const [key, text] of chinese) {
      const expected = english.get(key) ?? english.get(`${withoutPlural(key)}_other`) ?? '';
      expect({ key, variables: variables(text) }).toEqual({ key, variables: variables(expected) });
    }
  });

  it('have no empty text and no space at an end', () => {
    for (const [key, text] of [...english, ...chinese]) expect({ key, text: text.trim() || '(empty)' }).toEqual({ key, text });
  });
});
