import type { CheckReport, CheckResult, Monitor } from '@/api/types';
import { HTTP_DEFAULTS } from './defaults';

/** A check as the server reports it; only what a test speaks of is given. */
export function check(at: string | number, verdict: CheckReport['verdict'] = 'up', totalMs = 100): CheckResult {
  return {
    monitorId: 'm1',
    at: typeof at === 'number' ? new Date(at).toISOString() : at,
    verdict,
    cause: verdict === 'up' ? null : verdict === 'down' ? 'timeout' : 'resolver_failed',
    phase: verdict === 'up' ? null : 'resolve',
    timings: { resolveMs: 5, connectMs: 15, tlsMs: 20, firstByteMs: 50, totalMs },
    address: '192.0.2.10',
    httpStatus: verdict === 'up' ? 200 : null,
    certificateDaysLeft: null,
    redirects: [],
    detail: null,
  };
}

export function monitor(part: Partial<Monitor> & { id: string }): Monitor {
  return {
    name: part.id,
    paused: false,
    failuresBeforeDown: 1,
    successesBeforeUp: 1,
    state: 'up',
    stateSince: null,
    lastCheck: null,
    recent: { since: null, offsets: [], verdicts: '', totalMs: [] },
    createdAt: '2026-03-01T00:00:00.000Z',
    updatedAt: '2026-03-01T00:00:00.000Z',
    kind: 'http',
    config: { ...HTTP_DEFAULTS, url: `https://${part.id}.example.org/` },
    ...part,
  } as Monitor;
}
