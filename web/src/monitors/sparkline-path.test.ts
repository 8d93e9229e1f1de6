import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline-path';

const ys = (path: string) => [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));

describe('the sparkline', () => {
  it('draws the highest at the top and the lowest at the bottom', () => {
    expect(ys(sparklinePath([10, 100, 55], 96, 24))).toEqual([22, 2, 12]);
  });

  it('does not make a mountain of noise', () => {
    const [low = 0, high = 0] = ys(sparklinePath([100, 102], 96, 24));
    expect(low - high).toBeLessThan(2);
  });

  it('breaks where there is no value, and shows a single one as a dot', () => {
    const path = sparklinePath([1, 2, null, 3, null], 96, 24);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/h0\.01/g)).toHaveLength(1);
  });

  it('is nothing without values', () => {
    expect(sparklinePath([null, null], 96, 24)).toBe('');
  });
});
