import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { learnServerTime, serverNow } from './clock';

const NOW = Date.parse('2026-03-01T08:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  learnServerTime(new Date(Date.now()).toUTCString());
  vi.useRealTimers();
});

it('follows a server whose clock differs', () => {
  learnServerTime('Sun, 01 Mar 2026 09:00:00 GMT');
  expect(serverNow()).toBe(NOW + 3_600_000);
});

it('trusts this machine where the difference may be rounding', () => {
  learnServerTime('Sun, 01 Mar 2026 08:00:01 GMT');
  expect(serverNow()).toBe(NOW);
});

it('learns nothing from an answer without a date', () => {
  learnServerTime('Sun, 01 Mar 2026 09:00:00 GMT');
  learnServerTime(null);
  expect(serverNow()).toBe(NOW + 3_600_000);
});
