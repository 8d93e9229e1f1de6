import type { TFunction } from 'i18next';
import { withScheme } from '@/monitors/defaults';
import type { Limits } from '@/i18n/errors';
import { type Findings, findings, parseWhole } from '@/ui/form';
import { type Draft, listOf, parseHeaders } from './draft';

/** The fields by the server's paths, with their bounds. */
export const FIELDS = {
  name: { min: 1, max: 100, isText: true },
  failuresBeforeDown: { min: 1, max: 10 },
  successesBeforeUp: { min: 1, max: 10 },
  'config.timeoutMs': { min: 500, max: 60_000 },
  'config.url': { max: 2048, isText: true },
  'config.method': {},
  'config.headers': { isText: true },
  'config.body': { max: 65_536, isText: true },
  'config.expectedStatus': {},
  'config.keyword': { min: 1, max: 1024, isText: true },
  'config.pattern': { min: 1, max: 1024, isText: true },
  'config.maxRedirects': { min: 0, max: 10 },
  'config.certificateWarningDays': { min: 1, max: 365 },
  'config.host': { min: 1, max: 253, isText: true },
  'config.port': { min: 1, max: 65_535 },
} as const satisfies Record<string, Limits>;

/** Folded away at first: where one of these is wrong, the fold opens. */
export const ADVANCED: readonly (keyof typeof FIELDS)[] = [
  'failuresBeforeDown',
  'successesBeforeUp',
  'config.timeoutMs',
  'config.method',
  'config.headers',
  'config.body',
  'config.expectedStatus',
  'config.keyword',
  'config.pattern',
  'config.maxRedirects',
  'config.certificateWarningDays',
];

type WholeNumber = {
  [Path in keyof typeof FIELDS]: (typeof FIELDS)[Path] extends { isText: true } ? never : (typeof FIELDS)[Path] extends { min: number; max: number } ? Path : never;
}[keyof typeof FIELDS];

const STATUS = /^[1-5]\d\d(-[1-5]\d\d)?$/;

/** What can be said without asking the server; it remains the judge. */
export function checkDraft(draft: Draft, t: TFunction): Findings {
  const whole = (path: WholeNumber, text: string) =>
    parseWhole(text, FIELDS[path].min, FIELDS[path].max) === null && t('fieldError.wholeNumberBetween', FIELDS[path]);
  const shared = {
    failuresBeforeDown: whole('failuresBeforeDown', draft.failuresBeforeDown),
    successesBeforeUp: whole('successesBeforeUp', draft.successesBeforeUp),
    'config.timeoutMs': whole('config.timeoutMs', draft.timeoutMs),
  };
  if (draft.kind === 'tcp')
    return findings({
      ...shared,
      'config.host': !draft.host.trim() && t('fieldError.required'),
      'config.port': whole('config.port', draft.port),
    });
  const codes = listOf(draft.expectedStatus);
  return findings({
    ...shared,
    'config.url': urlFinding(draft.url, t),
    'config.headers': parseHeaders(draft.headers) === null && t('fieldError.header'),
    'config.expectedStatus': (codes.length === 0 || !codes.every((code) => STATUS.test(code))) && t('fieldError.statusCodes'),
    'config.maxRedirects': whole('config.maxRedirects', draft.maxRedirects),
    'config.certificateWarningDays':
      draft.certificateWarningDays.trim() !== '' && whole('config.certificateWarningDays', draft.certificateWarningDays),
  });
}

function urlFinding(typed: string, t: TFunction): string | false {
  if (typed.trim() === '') return t('fieldError.required');
  const url = parseUrl(withScheme(typed));
  return (!url || !/^https?:$/.test(url.protocol)) && t('fieldError.url');
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
