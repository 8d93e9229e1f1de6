import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { flatten, withoutPlural } from './catalogue';
import { en } from './en';

const SOURCES = new URL('..', import.meta.url).pathname;

function sources(ends: RegExp): [path: string, text: string][] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => ends.test(path) && !/\.test\.|^i18n\/(en|zh-CN)\.ts$|schema\.d\.ts$/.test(path))
    .map((path) => [path, readFileSync(join(SOURCES, path), 'utf8')]);
}

/** Names that are the same in every language, and signs. */
const NOT_TEXT = /^[\s·–—:,/()“”→%]*$/;

it('every text of the page comes from the catalogue', () => {
  const found: string[] = [];
  for (const [path, text] of sources(/\.tsx$/)) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    const visit = (node: ts.Node) => {
      if (ts.isJsxText(node) && !NOT_TEXT.test(node.text)) found.push(`${path}: ${node.text.trim()}`);
      if (
        ts.isJsxAttribute(node) &&
        /^(aria-label|title|alt|label|hint)$/.test(node.name.getText()) &&
        node.initializer &&
        ts.isStringLiteral(node.initializer) &&
        node.initializer.text !== ''
      )
        found.push(`${path}: ${node.getText()}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  expect(found).toEqual([]);
});

it('every text of the catalogue is used', () => {
  const code = sources(/\.tsx?$/)
    .map(([, text]) => text)
    .join('\n');
  // `state.${state}` uses every key below `state.`, "${group}.${code}" those of its groups.
  const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '');
  const whole = new Set([...code.matchAll(/'([\w.-]+)'/g)].map((match) => match[1]));
  const unused = [...flatten(en).keys()]
    .map(withoutPlural)
    .filter((key) => !whole.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
  expect([...new Set(unused)]).toEqual([]);
});
