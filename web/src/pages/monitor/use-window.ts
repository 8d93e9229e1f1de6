import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { resultsQuery, scheduleQuery } from '@/api/queries';
import type { CheckResult, Monitor } from '@/api/types';
import { useNow } from '@/time/ticker';
import { RANGE_MS, type Range, bucketCount, windowOf } from './ranges';

/** The checks of the chosen time, and that time itself. */
export interface Shown {
  from: number;
  to: number;
  buckets: number;
  /** Oldest first. */
  checks: readonly CheckResult[];
  truncated: boolean;
  isPending: boolean;
  error: unknown;
}

const NONE: readonly CheckResult[] = [];

export function useWindow(monitor: Monitor, range: Range): Shown {
  const results = useQuery(resultsQuery(monitor.id, range, RANGE_MS[range]));
  const { data: schedule } = useQuery(scheduleQuery);
  const now = useNow('slow');
  const newest = results.data?.checks.at(-1);
  // The right edge moves with the ticker, and at once when a check comes in between.
  const to = Math.max(now, newest ? Date.parse(newest.at) : 0);
  const { from } = windowOf(range, Date.parse(monitor.createdAt), to);
  const checks = useMemo(
    () => results.data?.checks.filter((check) => Date.parse(check.at) >= from) ?? NONE,
    [results.data, from],
  );
  return {
    from,
    to,
    buckets: bucketCount(to - from, schedule?.intervalMinutes ?? 5),
    checks,
    truncated: results.data?.truncated ?? false,
    isPending: results.isPending,
    error: results.error,
  };
}
