import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, isWorthRetrying } from './error';
import { keys } from './queries';
import type { Me, SessionState } from './types';

const MAX_RETRIES = 2;

/** The one cache of server answers. A session that ended, wherever that shows, is noticed here. */
export function createCache(): QueryClient {
  const noticeEnd = (error: unknown) => {
    if (error instanceof ApiError && error.status === 401 && error.code !== 'credentials_wrong') endSession(cache);
  };
  const cache: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: noticeEnd }),
    mutationCache: new MutationCache({ onError: noticeEnd }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < MAX_RETRIES && isWorthRetrying(error),
        // The stream says what changed; a window that comes back is handled in live/.
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return cache;
}

export function beginSession(cache: QueryClient, state: SessionState): void {
  forgetOthers(cache);
  cache.setQueryData<SessionState>(keys.session, state);
}

/** Whoever looks at a guarded page is led to the sign-in; what was his is forgotten. */
export function endSession(cache: QueryClient): void {
  cache.setQueryData<SessionState>(keys.session, (state) => ({
    user: null,
    expiresAt: null,
    setupNeeded: state?.setupNeeded ?? false,
  }));
  forgetOthers(cache);
}

export function updateMe(cache: QueryClient, me: Me): void {
  cache.setQueryData<SessionState>(keys.session, (state) => state && { ...state, user: me });
}

function forgetOthers(cache: QueryClient): void {
  cache.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
}
