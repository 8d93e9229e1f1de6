import type { HttpConfig, TcpConfig } from '@/api/types';

/** What the interface description gives a field that is left out; `url`, `host` and `port` are the reader's. */
export const HTTP_DEFAULTS: Omit<HttpConfig, 'url'> = {
  method: 'GET',
  headers: [],
  body: null,
  expectedStatus: ['200-299'],
  keyword: null,
  pattern: null,
  followRedirects: true,
  maxRedirects: 5,
  certificateWarningDays: null,
  timeoutMs: 10_000,
  verifyTls: true,
};

export const TCP_DEFAULTS: Omit<TcpConfig, 'host' | 'port'> = { timeoutMs: 10_000 };

/** What one types into an address bar: "example.org" means https. */
export function withScheme(typed: string): string {
  const text = typed.trim();
  if (text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  return `https://${text}`;
}

/** "example.org/login" of "https://example.org/login". */
export function nameFromUrl(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname === '/' ? '' : pathname}`.slice(0, 100) || url.slice(0, 100);
  } catch {
    return url.slice(0, 100);
  }
}
