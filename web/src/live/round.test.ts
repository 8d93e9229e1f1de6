import { describe, expect, it } from 'vitest';
import type { EventCheckFinished } from '@/api/types';
import { check } from '@/monitors/testing';
import { checkFinished, roundFinished, roundStarted } from './round';

const SLOT = '2026-03-01T08:00:00.000Z';
const done = (count: number, slot = SLOT): EventCheckFinished => ({
  slot,
  monitorId: 'a',
  done: count,
  total: 12,
  check: check(SLOT),
});

describe('the progress of a round', () => {
  const started = roundStarted({ slot: SLOT, startedAt: SLOT, total: 12, trigger: 'schedule' });

  it('begins at nothing', () => {
    expect(started).toMatchObject({ done: 0, total: 12, finished: null });
  });

  it('only grows, whatever the order of the checks', () => {
    expect([3, 2, 4].reduce((progress, count) => checkFinished(progress, done(count)), started).done).toBe(4);
  });

  it('is known from any check when the start was not seen', () => {
    expect(checkFinished(null, done(7))).toMatchObject({ done: 7, total: 12, finished: null });
  });

  it('starts anew with another slot', () => {
    expect(checkFinished(started, done(1, '2026-03-01T08:05:00.000Z'))).toMatchObject({ done: 1, finished: null });
  });

  it('ends with the counts', () => {
    const counts = { total: 12, up: 11, down: 1, unknown: 0 };
    const finished = roundFinished({ roundId: 'r', slot: SLOT, status: 'failed', durationMs: 184, counts });
    expect(finished).toEqual({ slot: SLOT, done: 12, total: 12, finished: { status: 'failed', durationMs: 184, counts } });
  });
});
