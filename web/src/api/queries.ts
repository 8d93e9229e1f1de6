import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, client } from './client';
import type { CheckResult, JobState } from './types';

/** Every cached answer, by the name of what it is. `live/` patches them by these keys. */
export const keys = {
  session: ['session'] as const,
  schedule: ['schedule'] as const,
  monitors: ['monitors'] as const,
  results: (monitorId: string) => ['results', monitorId] as const,
  rounds: ['rounds'] as const,
  incidents: ['incidents'] as const,
  tokens: ['tokens'] as const,
  users: ['users'] as const,
  operations: ['operations'] as const,
};

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: () => call(client.GET('/api/v1/session')),
  staleTime: Infinity,
});

export const scheduleQuery = queryOptions({
  queryKey: keys.schedule,
  queryFn: () => call(client.GET('/api/v1/schedule')),
});

export const monitorsQuery = queryOptions({
  queryKey: keys.monitors,
  queryFn: () => call(client.GET('/api/v1/monitors')),
});

/** So many results are read for one range at most; a chart has no more pixels anyway. */
export const MAX_RESULTS = 10_000;
const RESULTS_PER_CALL = 2000;

export interface Results {
  /** Oldest first. */
  checks: CheckResult[];
  /** There were more in the range than MAX_RESULTS; the oldest are left out. */
  truncated: boolean;
}

/** The results of the last `rangeMs`. `range` names it in the cache, because the start moves with every reading. */
export function resultsQuery(monitorId: string, range: string, rangeMs: number) {
  return queryOptions({
    queryKey: [...keys.results(monitorId), range],
    queryFn: ({ signal }) => readResults(monitorId, new Date(Date.now() - rangeMs).toISOString(), signal),
  });
}

async function readResults(monitorId: string, from: string, signal: AbortSignal): Promise<Results> {
  const newestFirst: CheckResult[] = [];
  let cursor: string | null = null;
  do {
    const query: { from: string; limit: number; cursor?: string } = { from, limit: RESULTS_PER_CALL };
    if (cursor) query.cursor = cursor;
    const page = await call(
      client.GET('/api/v1/monitors/{monitorId}/results', { params: { path: { monitorId }, query }, signal }),
    );
    newestFirst.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && newestFirst.length < MAX_RESULTS);
  return { checks: newestFirst.reverse(), truncated: cursor !== null };
}

const PAGE_SIZE = 50;

export const roundsQuery = infiniteQueryOptions({
  queryKey: keys.rounds,
  queryFn: ({ pageParam }) =>
    call(client.GET('/api/v1/rounds', { params: { query: { limit: PAGE_SIZE, ...cursorOf(pageParam) } } })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export function roundQuery(roundId: string) {
  return queryOptions({
    queryKey: ['round', roundId],
    queryFn: () => call(client.GET('/api/v1/rounds/{roundId}', { params: { path: { roundId } } })),
    staleTime: Infinity,
  });
}

export function incidentsQuery(monitorId: string) {
  return infiniteQueryOptions({
    queryKey: [...keys.incidents, monitorId],
    queryFn: ({ pageParam }) =>
      call(
        client.GET('/api/v1/incidents', {
          params: { query: { monitorId, limit: PAGE_SIZE, ...cursorOf(pageParam) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: () => call(client.GET('/api/v1/me/tokens')),
});

export function usersQuery(search: string) {
  return infiniteQueryOptions({
    queryKey: [...keys.users, search],
    queryFn: ({ pageParam }) =>
      call(
        client.GET('/api/v1/users', {
          params: { query: { limit: PAGE_SIZE, ...(search ? { q: search } : {}), ...cursorOf(pageParam) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Read again this often by whoever looks; not while the window is hidden. */
const OPERATIONS_MS = 5000;
const WARNINGS_MS = 20_000;

export const operationsQuery = queryOptions({
  queryKey: [...keys.operations, 'overview'],
  queryFn: () => call(client.GET('/api/v1/operations')),
  refetchInterval: OPERATIONS_MS,
});

export const warningsQuery = queryOptions({
  queryKey: [...keys.operations, 'warnings'],
  queryFn: () => call(client.GET('/api/v1/operations/warnings')),
  refetchInterval: WARNINGS_MS,
});

export function jobsQuery(state: JobState) {
  return infiniteQueryOptions({
    queryKey: [...keys.operations, 'jobs', state],
    queryFn: ({ pageParam }) =>
      call(client.GET('/api/v1/operations/queue/jobs', { params: { query: { state, limit: PAGE_SIZE, ...cursorOf(pageParam) } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: OPERATIONS_MS,
  });
}

function cursorOf(cursor: string | null): { cursor?: string } {
  return cursor ? { cursor } : {};
}
