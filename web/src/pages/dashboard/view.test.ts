import { describe, expect, it } from 'vitest';
import { check, monitor } from '@/monitors/testing';
import { applyView, countStates, paramsOf, viewOf } from './view';

const monitors = [
  monitor({ id: '1', name: 'Mail 10', state: 'up', lastCheck: check(0, 'up', 50), createdAt: '2026-01-01T00:00:00.000Z' }),
  monitor({ id: '2', name: 'Mail 9', state: 'paused', createdAt: '2026-01-02T00:00:00.000Z' }),
  monitor({ id: '3', name: '支付接口', state: 'down', lastCheck: check(0, 'down', 9000), createdAt: '2026-01-03T00:00:00.000Z' }),
  monitor({ id: '4', name: 'API', state: 'up', lastCheck: check(0, 'up', 500), createdAt: '2026-01-04T00:00:00.000Z' }),
  monitor({ id: '5', name: 'DNS', state: 'unknown', createdAt: '2026-01-05T00:00:00.000Z' }),
];
const VIEW = { search: '', state: null, sort: 'problems' } as const;
const ids = (view: Parameters<typeof applyView>[1]) => applyView(monitors, view, 'en').map((item) => item.id);

describe('the list', () => {
  it('shows problems first, then by name with numbers as numbers', () => {
    expect(ids(VIEW)).toEqual(['3', '5', '4', '1', '2']);
    expect(ids({ ...VIEW, sort: 'name' })).toEqual(['4', '5', '2', '1', '3']);
  });

  it('sorts by latency and by age', () => {
    expect(ids({ ...VIEW, sort: 'slowest' }).slice(0, 2)).toEqual(['4', '1']);
    expect(ids({ ...VIEW, sort: 'newest' })).toEqual(['5', '4', '3', '2', '1']);
  });

  it('finds by name and by address, whatever the case', () => {
    expect(ids({ ...VIEW, search: ' mail ' })).toEqual(['1', '2']);
    expect(ids({ ...VIEW, search: '3.EXAMPLE.org' })).toEqual(['3']);
    expect(ids({ ...VIEW, search: '支付' })).toEqual(['3']);
  });

  it('filters by state', () => {
    expect(ids({ ...VIEW, state: 'up' })).toEqual(['4', '1']);
    expect(countStates(monitors)).toEqual({ up: 2, down: 1, unknown: 1, pending: 0, paused: 1 });
  });
});

describe('the address', () => {
  it('holds the view and nothing that is default', () => {
    expect(paramsOf(VIEW)).toEqual({});
    const view = { search: 'a b', state: 'down', sort: 'name' } as const;
    expect(viewOf(new URLSearchParams(paramsOf(view)))).toEqual(view);
  });

  it('may hold nonsense', () => {
    expect(viewOf(new URLSearchParams('state=broken&sort=x'))).toEqual(VIEW);
  });
});
