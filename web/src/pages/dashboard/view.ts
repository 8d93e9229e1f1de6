import type { Monitor, MonitorState } from '@/api/types';
import { latencyOf, targetText } from '@/monitors/target';

export const SORTS = ['problems', 'name', 'slowest', 'newest'] as const;
export type Sort = (typeof SORTS)[number];

export const STATES: readonly MonitorState[] = ['up', 'down', 'unknown', 'pending', 'paused'];

export interface View {
  search: string;
  state: MonitorState | null;
  sort: Sort;
}

export function viewOf(params: URLSearchParams): View {
  const state = STATES.find((known) => known === params.get('state')) ?? null;
  const sort = SORTS.find((known) => known === params.get('sort')) ?? 'problems';
  return { search: params.get('q') ?? '', state, sort };
}

/** What is default is left out. */
export function paramsOf({ search, state, sort }: View): Record<string, string> {
  return {
    ...(search ? { q: search } : {}),
    ...(state ? { state } : {}),
    ...(sort === 'problems' ? {} : { sort }),
  };
}

/** The view is kept in the address, so that it can be found again and sent. */
export function readView(): View {
  return viewOf(new URLSearchParams(window.location.search));
}

/**
 * Past the router on purpose: it would hand the new address back in a transition, later than the next letter is typed
 * into the search.
 */
export function writeView(view: View): void {
  const search = new URLSearchParams(paramsOf(view)).toString();
  window.history.replaceState(window.history.state, '', window.location.pathname + (search && `?${search}`));
}

export function countStates(monitors: readonly Monitor[]): Record<MonitorState, number> {
  const counts = { up: 0, down: 0, unknown: 0, pending: 0, paused: 0 };
  for (const monitor of monitors) counts[monitor.state] += 1;
  return counts;
}

export function applyView(monitors: readonly Monitor[], view: View, language: string): Monitor[] {
  const needle = view.search.trim().toLocaleLowerCase();
  const shown = monitors.filter(
    (monitor) => (view.state === null || monitor.state === view.state) && matches(monitor, needle),
  );
  return shown.sort(orderOf(view.sort, language));
}

function matches(monitor: Monitor, needle: string): boolean {
  if (needle === '') return true;
  return `${monitor.name}\n${targetText(monitor)}`.toLocaleLowerCase().includes(needle);
}

const URGENCY: Record<MonitorState, number> = { down: 0, unknown: 1, pending: 2, up: 3, paused: 4 };

function orderOf(sort: Sort, language: string): (a: Monitor, b: Monitor) => number {
  const collator = new Intl.Collator(language, { numeric: true });
  const byName = (a: Monitor, b: Monitor) => collator.compare(a.name, b.name);
  switch (sort) {
    case 'name':
      return byName;
    case 'newest':
      return (a, b) => b.createdAt.localeCompare(a.createdAt);
    case 'slowest':
      return (a, b) => (latencyOf(b) ?? -1) - (latencyOf(a) ?? -1) || byName(a, b);
    case 'problems':
      return (a, b) => URGENCY[a.state] - URGENCY[b.state] || byName(a, b);
  }
}
