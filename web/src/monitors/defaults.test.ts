import { expect, it } from 'vitest';
import { nameFromUrl, withScheme } from './defaults';
import { targetText } from './target';
import { monitor } from './testing';

it.each([
  ['example.org', 'https://example.org'],
  [' http://example.org ', 'http://example.org'],
  ['ftp://example.org', 'ftp://example.org'],
  ['localhost:8080', 'https://localhost:8080'],
  ['', ''],
])('completes the address %j to %j', (typed, url) => {
  expect(withScheme(typed)).toBe(url);
});

it.each([
  ['https://example.org/', 'example.org'],
  ['https://example.org:8443/login?x=1', 'example.org:8443/login'],
  ['not a url', 'not a url'],
])('names a monitor of %s "%s"', (url, name) => {
  expect(nameFromUrl(url)).toBe(name);
});

it('says what is watched without noise', () => {
  expect(targetText(monitor({ id: 'a' }))).toBe('a.example.org');
  expect(targetText(monitor({ id: 'a', kind: 'tcp', config: { host: 'mail.example.org', port: 25, timeoutMs: 1 } }))).toBe(
    'mail.example.org:25',
  );
});
