import { describe, expect, it } from 'vitest';
import { beatsOfRecent, bucketBeats, sumBeats, worstOf } from './beats';
import { check } from './testing';

const START = Date.parse('2026-03-01T08:00:00.000Z');
const MINUTE = 60_000;

describe('beats of the last checks', () => {
  it('are one each, with its time, verdict and latency', () => {
    const beats = beatsOfRecent({
      since: '2026-03-01T08:00:00.000Z',
      offsets: [0, 300, 600],
      verdicts: 'ud?',
      totalMs: [120, 9000, null],
    });
    expect(beats.map(worstOf)).toEqual(['up', 'down', 'unknown']);
    expect(beats.map((beat) => beat.from - START)).toEqual([0, 5 * MINUTE, 10 * MINUTE]);
    expect(beats.map((beat) => beat.meanMs)).toEqual([120, null, null]);
  });

  it('are none for a monitor that was never checked', () => {
    expect(beatsOfRecent({ since: null, offsets: [], verdicts: '', totalMs: [] })).toEqual([]);
  });
});

describe('buckets', () => {
  it('count what fell into them, and stay empty where nothing did', () => {
    const checks = [
      check(START + MINUTE, 'up', 100),
      check(START + 2 * MINUTE, 'up', 200),
      check(START + 3 * MINUTE, 'down', 9000),
      check(START + 25 * MINUTE, 'unknown'),
    ];
    const beats = bucketBeats(checks, START, START + 30 * MINUTE, 3);
    expect(beats.map(worstOf)).toEqual(['down', null, 'unknown']);
    expect(beats[0]).toMatchObject({ from: START, to: START + 10 * MINUTE, up: 2, down: 1, unknown: 0, meanMs: 150 });
    expect(sumBeats(beats)).toEqual({ up: 2, down: 1, unknown: 1 });
  });

  it('take a check at the very end into the last one', () => {
    const beats = bucketBeats([check(START + 30 * MINUTE)], START, START + 30 * MINUTE, 3);
    expect(beats.map((beat) => beat.up)).toEqual([0, 0, 1]);
  });
});
