import { describe, expect, it } from 'vitest';
import { check } from '@/monitors/testing';
import { chartColumns, troubles } from './chart-data';
import { phaseMeans } from './phase-means';
import { bucketCount, rangeOf, windowOf } from './ranges';

const START = Date.parse('2026-03-01T08:00:00.000Z');
const MINUTE = 60_000;

describe('the chart', () => {
  it('stacks the phases up to the total, the total first', () => {
    const [times, ...sums] = chartColumns([check(START, 'up', 100)]);
    expect(times).toEqual([START / 1000]);
    expect(sums.map((series) => series[0])).toEqual([100, 90, 40, 20, 5]);
  });

  it('has gaps where the target was not up', () => {
    const [, total] = chartColumns([check(START), check(START + MINUTE, 'down', 10_000)]);
    expect(total).toEqual([100, null]);
  });

  it('marks trouble from half-way before to half-way after, and joins neighbours', () => {
    const verdicts = ['up', 'down', 'down', 'up', 'unknown'] as const;
    const checks = verdicts.map((verdict, index) => check(START + index * MINUTE, verdict));
    const at = (minutes: number) => (START + minutes * MINUTE) / 1000;
    expect(troubles(checks)).toEqual([
      { fromSeconds: at(0.5), toSeconds: at(2.5), verdict: 'down' },
      { fromSeconds: at(3.5), toSeconds: at(4), verdict: 'unknown' },
    ]);
  });
});

it('the table has a row for each stretch with checks', () => {
  const checks = [check(START, 'up', 100), check(START + 1, 'up', 200), check(START + 2, 'down', 9000), check(START + 25 * MINUTE)];
  const rows = phaseMeans(checks, START, START + 30 * MINUTE, 3);
  expect(rows.map((row) => [row.checks, row.up, row.totalMs])).toEqual([
    [3, 2, 150],
    [1, 1, 100],
  ]);
  expect(rows[0]?.phases.connect).toBe(15);
});

describe('the shown time', () => {
  it('does not begin before the monitor existed, but is never too short to see', () => {
    const now = START;
    expect(windowOf('24h', now - 48 * 60 * MINUTE, now).from).toBe(now - 24 * 60 * MINUTE);
    expect(windowOf('24h', now - 60 * MINUTE, now).from).toBe(now - 60 * MINUTE);
    expect(windowOf('24h', now - MINUTE, now).from).toBe(now - 10 * MINUTE);
  });

  it('has a bar for each round where there are few, and sixty where there are many', () => {
    expect(bucketCount(60 * MINUTE, 5)).toBe(12);
    expect(bucketCount(60 * MINUTE, 2)).toBe(30);
    expect(bucketCount(24 * 60 * MINUTE, 5)).toBe(60);
    expect(bucketCount(10 * MINUTE, 1440)).toBe(12);
  });

  it('comes from the address, which may hold nonsense', () => {
    expect(rangeOf('7d')).toBe('7d');
    expect(rangeOf('9y')).toBe('24h');
  });
});
