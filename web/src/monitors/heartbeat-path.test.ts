import { describe, expect, it } from 'vitest';
import type { Beat } from './beats';
import { SMALL_BEATS, heartbeatPaths } from './heartbeat-path';

const beat = (up: number, down = 0, unknown = 0): Beat => ({ from: 0, to: 1, up, down, unknown, meanMs: null });
const bars = (path: string) => path.split('z').length - 1;
const starts = (path: string) => [...path.matchAll(/M([\d.]+) /g)].map((match) => Number(match[1]));

describe('the heartbeat bar', () => {
  it('has one bar for each slot, the newest at the right', () => {
    const paths = heartbeatPaths([beat(1), beat(0, 1)], 5, SMALL_BEATS);
    expect(starts(paths.none)).toEqual([0, 7, 14]);
    expect(starts(paths.up)).toEqual([21]);
    expect(starts(paths.down)).toEqual([28]);
  });

  it('shows by height what it shows by colour', () => {
    const tops = (path: string) => Number(/M[\d.]+ ([\d.]+)/.exec(path)?.[1]);
    const { up, down, unknown } = heartbeatPaths([beat(1), beat(0, 1), beat(0, 0, 1)], 3, SMALL_BEATS);
    expect(tops(down)).toBeLessThan(tops(up));
    expect(tops(up)).toBeLessThan(tops(unknown));
  });

  it('splits the bar of a stretch that was partly up, and never hides the trouble', () => {
    const paths = heartbeatPaths([beat(999, 1)], 1, SMALL_BEATS);
    expect([bars(paths.up), bars(paths.down)]).toEqual([1, 1]);
    const height = Number(/v([\d.]+)/.exec(paths.down)?.[1]);
    expect(height).toBeGreaterThan(3);
  });
});
