import type { CheckResult } from '@/api/types';
import { PHASES, type PhaseName, phaseDurations } from '@/monitors/phases';

export interface PhaseMeans {
  from: number;
  to: number;
  checks: number;
  up: number;
  /** Means over the checks that were up; null where a phase was never reached. */
  phases: Record<PhaseName, number | null>;
  totalMs: number | null;
}

/** The rows of the table: stretches of equal length, those without a check left out. */
export function phaseMeans(checks: readonly CheckResult[], from: number, to: number, count: number): PhaseMeans[] {
  const width = (to - from) / count;
  const groups = Array.from({ length: count }, (): CheckResult[] => []);
  for (const check of checks) groups[Math.min(count - 1, Math.floor((Date.parse(check.at) - from) / width))]?.push(check);
  return groups.flatMap((group, index) =>
    group.length === 0 ? [] : [meansOf(group, from + index * width, from + (index + 1) * width)],
  );
}

function meansOf(group: readonly CheckResult[], from: number, to: number): PhaseMeans {
  const good = group.filter((check) => check.verdict === 'up');
  const durations = good.map((check) => phaseDurations(check.timings));
  const phases = Object.fromEntries(
    PHASES.map((phase) => [phase, mean(durations.map((duration) => duration[phase]))]),
  ) as Record<PhaseName, number | null>;
  return { from, to, checks: group.length, up: good.length, phases, totalMs: mean(good.map((check) => check.timings.totalMs)) };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
