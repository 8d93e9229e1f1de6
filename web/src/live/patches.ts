import type {
  CheckReport,
  CheckResult,
  EventCheckFinished,
  EventMonitorChanged,
  Monitor,
  MonitorList,
  RecentChecks,
} from '@/api/types';

/** As many as the server sends; see RecentChecks in the interface description. */
export const RECENT_CHECKS = 30;

const LETTER = { up: 'u', down: 'd', unknown: '?' } as const;

/** `recent` with one more check at its end, and the oldest dropped where it is full. */
export function appendRecent(recent: RecentChecks, check: CheckReport): RecentChecks {
  const at = Date.parse(check.at);
  const since = recent.since === null ? at : Date.parse(recent.since);
  const times = [...recent.offsets.map((offset) => since + offset * 1000), at].slice(-RECENT_CHECKS);
  const first = times[0] ?? at;
  return {
    since: new Date(first).toISOString(),
    offsets: times.map((time) => Math.max(0, Math.round((time - first) / 1000))),
    verdicts: (recent.verdicts + LETTER[check.verdict]).slice(-RECENT_CHECKS),
    totalMs: [...recent.totalMs, Math.round(check.timings.totalMs)].slice(-RECENT_CHECKS),
  };
}

/** The list after these checks; monitors without one keep their identity, so that their rows are not drawn again. */
export function applyChecks(list: MonitorList, events: readonly EventCheckFinished[]): MonitorList {
  const byMonitor = groupByMonitor(events);
  return {
    ...list,
    items: list.items.map((monitor) => {
      const news = byMonitor.get(monitor.id)?.filter((event) => isNewer(event.check, monitor.lastCheck));
      return news?.length ? news.reduce(applyCheck, monitor) : monitor;
    }),
  };
}

function applyCheck(monitor: Monitor, { check }: EventCheckFinished): Monitor {
  return { ...monitor, lastCheck: check, recent: appendRecent(monitor.recent, check) };
}

/** The state that `monitor.changed` brings; null when the list must be read again to know. */
export function applyState(list: MonitorList, event: EventMonitorChanged): MonitorList | null {
  const { monitorId, change, state, stateSince } = event;
  if (change === 'deleted') return { ...list, items: list.items.filter((monitor) => monitor.id !== monitorId) };
  if (change !== 'state' || !state || !list.items.some((monitor) => monitor.id === monitorId)) return null;
  return {
    ...list,
    items: list.items.map((monitor) =>
      monitor.id === monitorId ? { ...monitor, state, stateSince: stateSince ?? null } : monitor,
    ),
  };
}

/** One more result at the end, unless a reading brought it already. */
export function appendResult(checks: readonly CheckResult[], event: EventCheckFinished): CheckResult[] {
  if (!isNewer(event.check, checks.at(-1) ?? null)) return [...checks];
  return [...checks, { ...event.check, monitorId: event.monitorId }];
}

function isNewer(check: CheckReport, than: CheckReport | null): boolean {
  return than === null || Date.parse(check.at) > Date.parse(than.at);
}

function groupByMonitor(events: readonly EventCheckFinished[]): Map<string, EventCheckFinished[]> {
  const groups = new Map<string, EventCheckFinished[]>();
  for (const event of events) {
    const group = groups.get(event.monitorId);
    if (group) group.push(event);
    else groups.set(event.monitorId, [event]);
  }
  return groups;
}
