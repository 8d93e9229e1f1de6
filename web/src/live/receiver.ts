import type { QueryClient } from '@tanstack/react-query';
import { keys, type Results } from '@/api/queries';
import type {
  EventCheckFinished,
  EventMonitorChanged,
  EventRoundFinished,
  EventRoundStarted,
  MonitorList,
  SessionState,
} from '@/api/types';
import { appendResult, applyChecks, applyState } from './patches';
import { type RoundProgress, checkFinished, roundFinished, roundStarted } from './round';

export const progressKey = ['live', 'round'] as const;

/** Checks of a big round arrive by the hundred: they enter the cache together, this often. */
const BATCH_MS = 120;

/** Brings what the stream says into the cache: patches where the event holds the news, reads again where not. */
export class LiveReceiver {
  private pendingChecks: EventCheckFinished[] = [];
  private batchTimer = 0;

  constructor(private readonly cache: QueryClient) {}

  receive(name: string, data: string): void {
    const event: unknown = JSON.parse(data);
    switch (name) {
      case 'check.finished':
        return this.onCheck(event as EventCheckFinished);
      case 'monitor.changed':
        return this.onMonitor(event as EventMonitorChanged);
      case 'round.started':
        this.setProgress(roundStarted(event as EventRoundStarted));
        return this.readAgain(keys.schedule);
      case 'round.finished':
        return this.onRoundFinished(event as EventRoundFinished);
      case 'schedule.changed':
        return this.readAgain(keys.schedule);
      case 'stream.ready':
      case 'stream.reset':
        this.setProgress(null);
        return void this.catchUp();
    }
  }

  dispose(): void {
    window.clearTimeout(this.batchTimer);
    this.pendingChecks = [];
  }

  /**
   * What was asked for before this moment may lack changes that nobody told: it is read once more. Answers that are
   * on their way are awaited first, so that nobody waits twice for his first picture.
   */
  private async catchUp(): Promise<void> {
    const early = this.cache.getQueryCache().findAll({ predicate: ({ queryKey }) => queryKey[0] !== 'live' });
    await Promise.allSettled(early.filter(({ state }) => state.fetchStatus === 'fetching').map((query) => query.fetch()));
    for (const { queryKey } of early) void this.cache.invalidateQueries({ queryKey, exact: true });
  }

  private onCheck(event: EventCheckFinished): void {
    this.pendingChecks.push(event);
    this.batchTimer ||= window.setTimeout(() => this.flush(), BATCH_MS);
  }

  private onMonitor(event: EventMonitorChanged): void {
    // The checks that led to a state come before it.
    this.flush();
    const list = this.cache.getQueryData<MonitorList>(keys.monitors);
    const patched = list && applyState(list, event);
    if (patched) this.cache.setQueryData(keys.monitors, patched);
    else this.readAgain(keys.monitors);
    if (event.change === 'state') this.readAgain(keys.incidents);
  }

  private onRoundFinished(event: EventRoundFinished): void {
    this.flush();
    this.setProgress(roundFinished(event));
    this.readAgain(keys.rounds);
    this.readAgain(keys.schedule);
  }

  private flush(): void {
    window.clearTimeout(this.batchTimer);
    this.batchTimer = 0;
    const events = this.pendingChecks;
    if (events.length === 0) return;
    this.pendingChecks = [];
    this.cache.setQueryData<MonitorList>(keys.monitors, (list) => list && applyChecks(list, events));
    for (const event of events) this.extendResults(event);
    this.setProgress(events.reduce(checkFinished, this.cache.getQueryData<RoundProgress | null>(progressKey) ?? null));
  }

  private extendResults(event: EventCheckFinished): void {
    this.cache.setQueriesData<Results>(
      { queryKey: keys.results(event.monitorId) },
      (results) => results && { ...results, checks: appendResult(results.checks, event) },
    );
  }

  private setProgress(progress: RoundProgress | null): void {
    this.cache.setQueryData<RoundProgress | null>(progressKey, progress);
  }

  private readAgain(queryKey: readonly string[]): void {
    void this.cache.invalidateQueries({ queryKey });
  }
}

/** A refused stream: whether the session is over is asked, not guessed. */
export async function checkSession(cache: QueryClient): Promise<SessionState | undefined> {
  await cache.refetchQueries({ queryKey: keys.session });
  return cache.getQueryData<SessionState>(keys.session);
}
