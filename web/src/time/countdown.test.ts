import { describe, expect, it } from 'vitest';
import { countdownTo } from './countdown';

const NOW = Date.parse('2026-03-01T08:00:00.000Z');

describe('countdown', () => {
  it.each([
    [0, '00:00', true],
    [1, '00:01', false],
    [999, '00:01', false],
    [1000, '00:01', false],
    [1001, '00:02', false],
    [59_000, '00:59', false],
    [252_000, '04:12', false],
    [3_600_000, '1:00:00', false],
    [86_400_000, '24:00:00', false],
  ])('%i ms before the slot it shows %s', (left, text, isDue) => {
    expect(countdownTo(NOW + left, NOW)).toMatchObject({ text, isDue });
  });

  it('stays at zero after the slot', () => {
    expect(countdownTo(NOW - 5000, NOW)).toEqual({ seconds: 0, isDue: true, text: '00:00' });
  });
});
