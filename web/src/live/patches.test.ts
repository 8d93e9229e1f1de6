import { describe, expect, it } from 'vitest';
import type { EventCheckFinished } from '@/api/types';
import { check, monitor } from '@/monitors/testing';
import { RECENT_CHECKS, appendRecent, appendResult, applyChecks, applyState } from './patches';

const START = Date.parse('2026-03-01T08:00:00.000Z');
const event = (monitorId: string, at: number, verdict: 'up' | 'down' = 'up'): EventCheckFinished => ({
  slot: '2026-03-01T08:00:00.000Z',
  monitorId,
  done: 1,
  total: 1,
  check: check(at, verdict),
});

describe('recent checks', () => {
  it('begin with the first', () => {
    const recent = appendRecent({ since: null, offsets: [], verdicts: '', totalMs: [] }, check(START, 'up', 120.4));
    expect(recent).toEqual({ since: new Date(START).toISOString(), offsets: [0], verdicts: 'u', totalMs: [120] });
  });

  it('drop the oldest when they are full, and count from the next', () => {
    const full = {
      since: new Date(START).toISOString(),
      offsets: Array.from({ length: RECENT_CHECKS }, (_, index) => index * 300),
      verdicts: 'd' + 'u'.repeat(RECENT_CHECKS - 1),
      totalMs: Array.from({ length: RECENT_CHECKS }, (_, index) => index),
    };
    const recent = appendRecent(full, check(START + RECENT_CHECKS * 300_000, 'down'));
    expect(recent.since).toBe(new Date(START + 300_000).toISOString());
    expect(recent.offsets).toHaveLength(RECENT_CHECKS);
    expect([recent.offsets[0], recent.offsets.at(-1)]).toEqual([0, (RECENT_CHECKS - 1) * 300]);
    expect(recent.verdicts).toBe('u'.repeat(RECENT_CHECKS - 1) + 'd');
    expect(recent.totalMs[0]).toBe(1);
  });
});

describe('the list', () => {
  const list = { items: [monitor({ id: 'a' }), monitor({ id: 'b' })], nextCursor: null };

  it('takes checks, and leaves the other monitors as they are', () => {
    const patched = applyChecks(list, [event('a', START), event('a', START + 1000, 'down'), event('gone', START)]);
    expect(patched.items[0]?.recent.verdicts).toBe('ud');
    expect(patched.items[0]?.lastCheck?.verdict).toBe('down');
    expect(patched.items[1]).toBe(list.items[1]);
  });

  it('takes a check only once', () => {
    const once = applyChecks(list, [event('a', START)]);
    expect(applyChecks(once, [event('a', START)]).items[0]).toBe(once.items[0]);
  });

  it('takes a state, forgets the deleted, and must be read again for the rest', () => {
    const since = '2026-03-01T08:00:00.000Z';
    const down = applyState(list, { monitorId: 'a', change: 'state', state: 'down', stateSince: since });
    expect(down?.items[0]).toMatchObject({ state: 'down', stateSince: since });
    expect(applyState(list, { monitorId: 'a', change: 'deleted' })?.items.map((item) => item.id)).toEqual(['b']);
    expect(applyState(list, { monitorId: 'c', change: 'created' })).toBeNull();
    expect(applyState(list, { monitorId: 'c', change: 'state', state: 'up' })).toBeNull();
  });
});

it('results grow by a check that is new', () => {
  const one = appendResult([], event('a', START));
  expect(one).toHaveLength(1);
  expect(appendResult(one, event('a', START))).toHaveLength(1);
  expect(appendResult(one, event('a', START + 1))).toHaveLength(2);
});
