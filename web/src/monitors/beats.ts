import type { CheckReport, RecentChecks, Verdict } from '@/api/types';

/** One bar of a heartbeat: a check, or all checks of one stretch of time. */
export interface Beat {
  from: number;
  to: number;
  up: number;
  down: number;
  unknown: number;
  /** Mean of the checks that were up; null where none was. */
  meanMs: number | null;
}

const VERDICT_OF: Record<string, Verdict> = { u: 'up', d: 'down', '?': 'unknown' };

/** The last checks, oldest first, one beat each. */
export function beatsOfRecent(recent: RecentChecks): Beat[] {
  const since = recent.since === null ? 0 : Date.parse(recent.since);
  return recent.offsets.map((offset, index) => {
    const at = since + offset * 1000;
    const verdict = VERDICT_OF[recent.verdicts[index] ?? '?'] ?? 'unknown';
    return { ...emptyBeat(at, at), [verdict]: 1, meanMs: verdict === 'up' ? (recent.totalMs[index] ?? null) : null };
  });
}

/** Checks in `count` stretches of equal length between `from` and `to`; stretches without a check stay empty. */
export function bucketBeats(checks: readonly CheckReport[], from: number, to: number, count: number): Beat[] {
  const width = (to - from) / count;
  const beats = Array.from({ length: count }, (_, index) => emptyBeat(from + index * width, from + (index + 1) * width));
  for (const check of checks) {
    const beat = beats[Math.min(count - 1, Math.floor((Date.parse(check.at) - from) / width))];
    if (beat) addCheck(beat, check);
  }
  return beats;
}

function addCheck(beat: Beat, check: CheckReport): void {
  beat[check.verdict] += 1;
  if (check.verdict !== 'up') return;
  beat.meanMs = ((beat.meanMs ?? 0) * (beat.up - 1) + check.timings.totalMs) / beat.up;
}

function emptyBeat(from: number, to: number): Beat {
  return { from, to, up: 0, down: 0, unknown: 0, meanMs: null };
}

/** What one bar shows: the worst that happened; null where nothing was checked. */
export function worstOf(beat: Beat): Verdict | null {
  if (beat.down > 0) return 'down';
  if (beat.unknown > 0) return 'unknown';
  return beat.up > 0 ? 'up' : null;
}

export function sumBeats(beats: readonly Beat[]): Record<Verdict, number> {
  const sum = { up: 0, down: 0, unknown: 0 };
  for (const beat of beats) for (const verdict of ['up', 'down', 'unknown'] as const) sum[verdict] += beat[verdict];
  return sum;
}
