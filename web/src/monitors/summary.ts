import type { CheckReport } from '@/api/types';

export interface Summary {
  checks: number;
  /** Up among those that could be measured; null where none could. */
  upShare: number | null;
  meanMs: number | null;
  p95Ms: number | null;
}

export function summarise(checks: readonly CheckReport[]): Summary {
  const latencies = checks
    .filter((check) => check.verdict === 'up')
    .map((check) => check.timings.totalMs)
    .sort((a, b) => a - b);
  const measured = checks.filter((check) => check.verdict !== 'unknown').length;
  return {
    checks: checks.length,
    upShare: measured === 0 ? null : latencies.length / measured,
    meanMs: latencies.length === 0 ? null : latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length,
    p95Ms: latencies[Math.ceil(latencies.length * 0.95) - 1] ?? null,
  };
}
