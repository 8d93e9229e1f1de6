import type { QueryClient } from '@tanstack/react-query';
import { monitorsQuery, scheduleQuery, sessionQuery } from '@/api/queries';
import { isSignedInBefore } from './remembered';

/**
 * Asks for what the first picture needs before anything is drawn. Somebody who was signed in here most likely
 * still is: his monitors are asked for together with the session, not after it.
 */
export function startReading(cache: QueryClient): void {
  void cache.prefetchQuery(sessionQuery);
  if (!isSignedInBefore()) return;
  void cache.prefetchQuery(monitorsQuery);
  void cache.prefetchQuery(scheduleQuery);
}
