import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, createContext, use, useEffect, useState } from 'react';
import { baseUrl } from '@/api/client';
import { keys } from '@/api/queries';
import { LiveReceiver, checkSession, progressKey } from './receiver';
import type { RoundProgress } from './round';
import { EventStream, type LiveState } from './stream';

const POLL_MS = 15_000;
const POLL_HIDDEN_MS = 60_000;

const LiveContext = createContext<LiveState>('connecting');

/** Keeps the cache live while its children are shown (somebody is signed in). */
export function LiveProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');

  useEffect(() => {
    const receiver = new LiveReceiver(cache);
    const stream = new EventStream(new URL('api/v1/events', baseUrl).href, {
      onState: setState,
      onEvent: (name, data) => receiver.receive(name, data),
      onRefused: () => void checkSession(cache),
    });
    stream.start();
    return () => {
      stream.stop();
      receiver.dispose();
    };
  }, [cache]);

  usePollingWithout(state === 'live');
  return <LiveContext value={state}>{children}</LiveContext>;
}

/** Without the stream the page asks by itself, seldom when nobody looks. */
function usePollingWithout(isLive: boolean) {
  const cache = useQueryClient();
  useEffect(() => {
    if (isLive) return;
    let lastPoll = Date.now();
    const timer = window.setInterval(() => {
      if (Date.now() - lastPoll < (document.hidden ? POLL_HIDDEN_MS : POLL_MS)) return;
      lastPoll = Date.now();
      for (const queryKey of [keys.monitors, keys.schedule, keys.rounds, ['results'], keys.incidents])
        void cache.invalidateQueries({ queryKey });
    }, 1000);
    return () => window.clearInterval(timer);
  }, [cache, isLive]);
}

export function useLiveState(): LiveState {
  return use(LiveContext);
}

/** Only the stream writes it. */
export function useRoundProgress(): RoundProgress | null {
  const { data } = useQuery<RoundProgress | null>({
    queryKey: progressKey,
    queryFn: () => null,
    enabled: false,
    initialData: null,
    gcTime: Infinity,
  });
  return data;
}
