import { describe, expect, it } from 'vitest';
import { formatDuration, formatMs, formatRelative, formatShare, formatTime, formatUtc } from './format';

const AT = Date.parse('2026-03-01T08:15:07.250Z');

describe('moments', () => {
  it('are shown in the zone of the reader and in UTC', () => {
    expect(formatTime(AT, 'full', 'en', 'Asia/Shanghai')).toBe('Mar 1, 2026, 16:15:07');
    expect(formatTime(AT, 'full', 'zh-CN', 'Asia/Shanghai')).toBe('2026年3月1日 16:15:07');
    expect(formatTime(AT, 'time', 'en', 'America/New_York')).toBe('03:15');
    expect(formatUtc(AT)).toBe('2026-03-01 08:15:07 UTC');
  });

  it('have no hour 24 at midnight', () => {
    expect(formatTime(Date.parse('2026-03-01T00:05:00Z'), 'time', 'en', 'UTC')).toBe('00:05');
  });

  it.each([
    [0, 'en', 'now'],
    [-9, 'en', 'now'],
    [-25, 'en', '20 sec. ago'],
    [-60, 'en', '1 min. ago'],
    [-3 * 3600, 'en', '3 hr. ago'],
    [2 * 86_400, 'en', 'in 2 days'],
    [-60, 'zh-CN', '1分钟前'],
  ])('%i s away, in %s: %s', (seconds, language, text) => {
    expect(formatRelative(AT + seconds * 1000, AT, language)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    [0.424, '0.42 ms'],
    [8.44, '8.4 ms'],
    [184.2, '184 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1234, '1.23 s'],
    [12_340, '12.3 s'],
    [60_000, '60 s'],
  ])('%f ms is %s', (ms, text) => {
    expect(formatMs(ms, 'en')).toBe(text);
  });

  it.each([
    [0, '0 sec'],
    [45_000, '45 sec'],
    [200_000, '3 min 20 sec'],
    [3_600_000, '1 hr'],
    [7_500_000, '2 hr 5 min'],
    [90_061_000, '1 day 1 hr'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms, 'en')).toBe(text);
  });
});

describe('shares', () => {
  it('are never rounded up to a hundred per cent', () => {
    expect(formatShare(1, 'en')).toBe('100%');
    expect(formatShare(0.999996, 'en')).toBe('99.99%');
    expect(formatShare(0.965, 'en')).toBe('96.5%');
  });
});
