import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '@/api/error';
import { en } from './en';
import { errorText, fieldErrorText } from './errors';

const error = (code: string, part: Partial<ConstructorParameters<typeof ApiError>[0]> = {}) =>
  new ApiError({ status: 400, code, message: 'As the server says it.', ...part });

beforeAll(async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
});

describe('errors of calls', () => {
  it('are told in the reader’s language', () => {
    expect(errorText(i18next.t, error('credentials_wrong'))).toBe('E-mail address or password is wrong.');
    expect(errorText(i18next.t, error('too_many_requests', { retryAfter: 12 }))).toContain('12 s');
  });

  it('that are not known are told as the server does', () => {
    expect(errorText(i18next.t, error('brand_new'))).toBe('That did not work: As the server says it.');
  });

  it('are all in the catalogue', () => {
    const description = readFileSync(new URL('../../../src/api/openapi.yaml', import.meta.url), 'utf8');
    const start = description.indexOf('For programs, and for translation.');
    const codes = [...description.slice(start, description.indexOf('examples:', start)).matchAll(/`(\w+)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(codes.length).toBeGreaterThan(15);
    for (const code of codes) expect(Object.keys(en.error)).toContain(code);
  });
});

describe('errors of fields', () => {
  const field = (code: string) => ({ path: 'intervalMinutes', code, message: 'As the server says it.' });

  it('name the bounds that the form knows', () => {
    const limits = { min: 1, max: 1440 };
    expect(fieldErrorText(i18next.t, field('range'), limits)).toBe('Enter a whole number from 1 to 1440.');
    expect(fieldErrorText(i18next.t, field('type'), limits)).toBe('Enter a whole number from 1 to 1440.');
    expect(fieldErrorText(i18next.t, field('too_short'), { min: 10, isText: true })).toBe('At least 10 characters.');
    expect(fieldErrorText(i18next.t, field('too_short'), { min: 1, isText: true })).toBe('Please fill this in.');
    expect(fieldErrorText(i18next.t, field('too_long'), { max: 100, isText: true })).toBe('At most 100 characters.');
  });

  it('are general where nothing is known, and the server’s words where even the code is new', () => {
    expect(fieldErrorText(i18next.t, field('range'))).toBe('This value is out of range.');
    expect(fieldErrorText(i18next.t, field('brand_new'))).toBe('As the server says it.');
  });
});
