import { describe, expect, it } from 'vitest';
import { phaseDurations, waterfall } from './phases';

const HTTPS = { resolveMs: 2, connectMs: 11, tlsMs: 25, firstByteMs: 80, totalMs: 121.5 };

describe('phases', () => {
  it('follow one another in the waterfall and end with the total', () => {
    const bars = waterfall(HTTPS);
    expect(bars.map((bar) => bar.phase)).toEqual(['resolve', 'connect', 'tls', 'first_byte', 'body']);
    expect(bars.map((bar) => bar.startMs)).toEqual([0, 2, 13, 38, 118]);
    expect(bars.at(-1)?.durationMs).toBeCloseTo(3.5);
  });

  it('that were not reached are left out', () => {
    const timings = { resolveMs: 2, connectMs: 30, tlsMs: null, firstByteMs: null, totalMs: 32 };
    expect(waterfall(timings).map((bar) => bar.phase)).toEqual(['resolve', 'connect']);
  });

  it('are never negative, even if the parts were measured longer than the whole', () => {
    expect(phaseDurations({ ...HTTPS, totalMs: 100 }).body).toBe(0);
  });
});
