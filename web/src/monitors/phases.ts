import type { Timings } from '@/api/types';

export const PHASES = ['resolve', 'connect', 'tls', 'first_byte', 'body'] as const;

export type PhaseName = (typeof PHASES)[number];

export interface PhaseTime {
  phase: PhaseName;
  startMs: number;
  durationMs: number;
}

export const PHASE_COLOUR: Record<PhaseName, string> = {
  resolve: '--phase-resolve',
  connect: '--phase-connect',
  tls: '--phase-tls',
  first_byte: '--phase-first-byte',
  body: '--phase-transfer',
};

/** The duration of each phase; null for one that was not reached. What no phase accounts for is the transfer. */
export function phaseDurations(timings: Timings): Record<PhaseName, number | null> {
  const { resolveMs, connectMs, tlsMs, firstByteMs, totalMs } = timings;
  const known = (resolveMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0) + (firstByteMs ?? 0);
  return {
    resolve: resolveMs,
    connect: connectMs,
    tls: tlsMs,
    first_byte: firstByteMs,
    body: firstByteMs === null ? null : Math.max(0, totalMs - known),
  };
}

/** The phases that were reached, one after the other. */
export function waterfall(timings: Timings): PhaseTime[] {
  const durations = phaseDurations(timings);
  let startMs = 0;
  return PHASES.flatMap((phase) => {
    const durationMs = durations[phase];
    if (durationMs === null) return [];
    const bar = { phase, startMs, durationMs };
    startMs += durationMs;
    return [bar];
  });
}
