import type { HttpConfig, Monitor, MonitorTarget } from '@/api/types';
import { HTTP_DEFAULTS, TCP_DEFAULTS, nameFromUrl, withScheme } from '@/monitors/defaults';

export type Kind = Monitor['kind'];

/** A monitor as it stands in the form: texts, because what is being typed need not be valid yet. */
export interface Draft {
  kind: Kind;
  name: string;
  failuresBeforeDown: string;
  successesBeforeUp: string;
  timeoutMs: string;
  url: string;
  method: HttpConfig['method'];
  headers: string;
  body: string;
  expectedStatus: string;
  keyword: string;
  keywordExpect: 'present' | 'absent';
  pattern: string;
  patternExpect: 'present' | 'absent';
  followRedirects: boolean;
  maxRedirects: string;
  certificateWarningDays: string;
  verifyTls: boolean;
  host: string;
  port: string;
}

const EMPTY: Draft = {
  kind: 'http',
  name: '',
  failuresBeforeDown: '1',
  successesBeforeUp: '1',
  timeoutMs: String(TCP_DEFAULTS.timeoutMs),
  host: '',
  port: '',
  ...httpDraft({ ...HTTP_DEFAULTS, url: '' }),
};

export function newDraft(): Draft {
  return { ...EMPTY };
}

export function draftOf(monitor: Monitor): Draft {
  const shared: Draft = {
    ...EMPTY,
    kind: monitor.kind,
    name: monitor.name,
    failuresBeforeDown: String(monitor.failuresBeforeDown),
    successesBeforeUp: String(monitor.successesBeforeUp),
    timeoutMs: String(monitor.config.timeoutMs),
  };
  if (monitor.kind === 'tcp') return { ...shared, host: monitor.config.host, port: String(monitor.config.port) };
  return { ...shared, ...httpDraft(monitor.config) };
}

function httpDraft(config: HttpConfig) {
  return {
    url: config.url,
    method: config.method,
    headers: config.headers.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    body: config.body ?? '',
    expectedStatus: config.expectedStatus.join(', '),
    keyword: config.keyword?.text ?? '',
    keywordExpect: config.keyword?.expect ?? 'present',
    pattern: config.pattern?.regex ?? '',
    patternExpect: config.pattern?.expect ?? 'present',
    followRedirects: config.followRedirects,
    maxRedirects: String(config.maxRedirects),
    certificateWarningDays: String(config.certificateWarningDays ?? ''),
    verifyTls: config.verifyTls,
  } as const;
}

/** What the server is sent. Call it for a draft without findings only (see check.ts). */
export function targetOf(draft: Draft): MonitorTarget {
  if (draft.kind === 'tcp') {
    const { host, port, timeoutMs } = draft;
    return { kind: 'tcp', config: { host: host.trim(), port: Number(port), timeoutMs: Number(timeoutMs) } };
  }
  return { kind: 'http', config: httpConfigOf(draft) };
}

function httpConfigOf(draft: Draft): HttpConfig {
  const days = draft.certificateWarningDays.trim();
  return {
    url: withScheme(draft.url),
    method: draft.method,
    headers: parseHeaders(draft.headers) ?? [],
    body: draft.body === '' ? null : draft.body,
    expectedStatus: listOf(draft.expectedStatus),
    keyword: draft.keyword === '' ? null : { text: draft.keyword, expect: draft.keywordExpect },
    pattern: draft.pattern === '' ? null : { regex: draft.pattern, expect: draft.patternExpect },
    followRedirects: draft.followRedirects,
    maxRedirects: Number(draft.maxRedirects),
    certificateWarningDays: days === '' ? null : Number(days),
    timeoutMs: Number(draft.timeoutMs),
    verifyTls: draft.verifyTls,
  };
}

/** The name that is taken when none was typed. */
export function nameOf(draft: Draft): string {
  const typed = draft.name.trim();
  if (typed !== '') return typed;
  if (draft.kind === 'tcp') return draft.host.trim() === '' ? '' : `${draft.host.trim()}:${draft.port.trim()}`;
  return nameFromUrl(withScheme(draft.url));
}

/** "200-299, 401" as a list. */
export function listOf(text: string): string[] {
  return text
    .split(/[\s,，]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** One header a line; null when a line is none. */
export function parseHeaders(text: string): HttpConfig['headers'] | null {
  const headers: HttpConfig['headers'] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*?)\s*$/.exec(line);
    if (!match?.[1]) return null;
    headers.push({ name: match[1], value: match[2] ?? '' });
  }
  return headers;
}
