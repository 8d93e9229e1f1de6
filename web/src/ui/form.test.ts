import { describe, expect, it } from 'vitest';
import { fieldOf, findings, parseWhole } from './form';

describe('whole numbers', () => {
  it.each(['1', '1440', ' 15 '])('takes %j', (text) => {
    expect(parseWhole(text, 1, 1440)).toBe(Number(text));
  });

  it.each(['', '0', '1441', '1.5', '1e2', '-1', '+1', '0x10', 'five', '５', '99999999999999999999'])('refuses %j', (text) => {
    expect(parseWhole(text, 1, 1440)).toBeNull();
  });
});

describe('the field of a server’s error', () => {
  const fields = ['name', 'config.url', 'config.headers', 'config.keyword'];

  it.each([
    ['name', 'name'],
    ['config.headers.0.name', 'config.headers'],
    ['config.keyword.text', 'config.keyword'],
    ['config.unknown', null],
    ['', null],
  ])('of %j is %j', (path, field) => {
    expect(fieldOf(path, fields)).toBe(field);
  });
});

it('findings are none where nothing was found', () => {
  expect(findings({ a: false, b: undefined })).toBeUndefined();
  expect(findings({ a: false, b: 'wrong' })).toEqual({ b: 'wrong' });
});
