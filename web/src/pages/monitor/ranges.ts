export const RANGES = ['1h', '6h', '24h', '7d'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;

export const RANGE_MS: Record<Range, number> = { '1h': HOUR_MS, '6h': 6 * HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS };

const SHORTEST_MS = 10 * 60_000;
const MAX_BUCKETS = 60;
const MIN_BUCKETS = 12;

export function rangeOf(text: string | null): Range {
  return RANGES.find((range) => range === text) ?? '24h';
}

/** What is shown: the range up to now, but nothing of the time before the monitor existed. */
export function windowOf(range: Range, createdAt: number, now: number): { from: number; to: number } {
  const from = Math.max(now - RANGE_MS[range], Math.min(createdAt, now - SHORTEST_MS));
  return { from, to: now };
}

/** As many stretches as there are rounds, so that none stays empty only because it is too short. */
export function bucketCount(windowMs: number, intervalMinutes: number): number {
  return Math.min(MAX_BUCKETS, Math.max(MIN_BUCKETS, Math.floor(windowMs / (intervalMinutes * 60_000))));
}
