import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '@/i18n/en';
import { HTTP_DEFAULTS } from '@/monitors/defaults';
import { monitor } from '@/monitors/testing';
import { checkDraft } from './check';
import { type Draft, draftOf, listOf, nameOf, newDraft, parseHeaders, targetOf } from './draft';

beforeAll(async () => {
  await i18next.init({ lng: 'en', resources: { en: { translation: en } } });
});

const wrong = (part: Partial<Draft>) =>
  Object.keys(checkDraft({ ...newDraft(), url: 'https://example.org/', ...part }, i18next.t) ?? {});

describe('a draft', () => {
  it('of an HTTP monitor comes back as it was', () => {
    const config = {
      ...HTTP_DEFAULTS,
      url: 'https://example.org/login',
      method: 'POST' as const,
      headers: [
        { name: 'Accept', value: 'text/html' },
        { name: 'X-Empty', value: '' },
      ],
      body: '{"a": 1}',
      expectedStatus: ['200-299', '401'],
      keyword: { text: 'Welcome', expect: 'absent' as const },
      pattern: { regex: 'v\\d+', expect: 'present' as const },
      certificateWarningDays: 14,
      followRedirects: false,
    };
    expect(targetOf(draftOf(monitor({ id: 'a', kind: 'http', config })))).toEqual({ kind: 'http', config });
  });

  it('of a TCP monitor comes back as it was', () => {
    const config = { host: 'mail.example.org', port: 25, timeoutMs: 3000 };
    expect(targetOf(draftOf(monitor({ id: 'a', kind: 'tcp', config })))).toEqual({ kind: 'tcp', config });
  });

  it('that is new has the defaults of the interface', () => {
    expect(targetOf({ ...newDraft(), url: 'example.org' })).toEqual({
      kind: 'http',
      config: { ...HTTP_DEFAULTS, url: 'https://example.org' },
    });
  });

  it('is named after its target when no name was typed', () => {
    expect(nameOf({ ...newDraft(), url: 'example.org/login' })).toBe('example.org/login');
    expect(nameOf({ ...newDraft(), kind: 'tcp', host: 'mail.example.org', port: '25' })).toBe('mail.example.org:25');
    expect(nameOf({ ...newDraft(), url: 'example.org', name: ' Home ' })).toBe('Home');
  });
});

describe('the check of a draft', () => {
  it('finds nothing in a good one', () => {
    expect(wrong({})).toEqual([]);
  });

  it.each<[Partial<Draft>, string]>([
    [{ url: '' }, 'config.url'],
    [{ url: 'ftp://example.org' }, 'config.url'],
    [{ url: 'https://' }, 'config.url'],
    [{ timeoutMs: '499' }, 'config.timeoutMs'],
    [{ timeoutMs: '1e4' }, 'config.timeoutMs'],
    [{ failuresBeforeDown: '0' }, 'failuresBeforeDown'],
    [{ successesBeforeUp: '11' }, 'successesBeforeUp'],
    [{ expectedStatus: '' }, 'config.expectedStatus'],
    [{ expectedStatus: '200-' }, 'config.expectedStatus'],
    [{ headers: 'no colon' }, 'config.headers'],
    [{ maxRedirects: '11' }, 'config.maxRedirects'],
    [{ certificateWarningDays: '0' }, 'config.certificateWarningDays'],
    [{ kind: 'tcp', host: ' ', port: '25' }, 'config.host'],
    [{ kind: 'tcp', host: 'a', port: '65536' }, 'config.port'],
  ])('%j: %s', (part, field) => {
    expect(wrong(part)).toEqual([field]);
  });

  it('does not mind what belongs to the other kind', () => {
    expect(wrong({ kind: 'tcp', host: 'a', port: '25', url: '' })).toEqual([]);
  });
});

it('lists may be typed with Chinese commas', () => {
  expect(listOf('200-299，401, 403')).toEqual(['200-299', '401', '403']);
});

it('headers keep colons in their values', () => {
  expect(parseHeaders('Referer: https://example.org/\n\n')).toEqual([{ name: 'Referer', value: 'https://example.org/' }]);
  expect(parseHeaders('bad name: x')).toBeNull();
});
