import type { CheckResult, Verdict } from '@/api/types';
import { PHASES, phaseDurations } from '@/monitors/phases';

/** Columns for uPlot: times in seconds, then one sum of phases per series, the total first. */
export type ChartColumns = [number[], ...(number | null)[][]];

/**
 * The series are sums ("resolve", "resolve + connect", …) drawn from the largest to the smallest, so that each
 * covers the one before and a stack of areas is seen. Checks that were not up are gaps: a time limit is no latency.
 */
export function chartColumns(checks: readonly CheckResult[]): ChartColumns {
  const times = checks.map((check) => Date.parse(check.at) / 1000);
  const sums = PHASES.map((): (number | null)[] => []);
  for (const check of checks) {
    const durations = phaseDurations(check.timings);
    let sum = 0;
    PHASES.forEach((phase, index) => {
      sum += durations[phase] ?? 0;
      sums[index]?.push(check.verdict === 'up' ? sum : null);
    });
    // A kind without a first byte (TCP) ends with connecting; the total is what was measured in any case.
    const total = sums.at(-1);
    if (total && check.verdict === 'up') total[total.length - 1] = check.timings.totalMs;
  }
  return [times, ...sums.reverse()];
}

export interface Trouble {
  fromSeconds: number;
  toSeconds: number;
  verdict: Exclude<Verdict, 'up'>;
}

/** Stretches without an up, each from half-way to the check before to half-way to the one after. */
export function troubles(checks: readonly CheckResult[]): Trouble[] {
  const found: Trouble[] = [];
  const times = checks.map((check) => Date.parse(check.at) / 1000);
  checks.forEach((check, index) => {
    if (check.verdict === 'up') return;
    const at = times[index] ?? 0;
    const fromSeconds = (at + (times[index - 1] ?? at)) / 2;
    const toSeconds = (at + (times[index + 1] ?? at)) / 2;
    const last = found.at(-1);
    if (last?.verdict === check.verdict && last.toSeconds === fromSeconds) last.toSeconds = toSeconds;
    else found.push({ fromSeconds, toSeconds, verdict: check.verdict });
  });
  return found;
}
