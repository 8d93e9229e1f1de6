import type { EventCheckFinished, EventRoundFinished, EventRoundStarted } from '@/api/types';

/** My running round, or how the last one that this page saw ended. */
export interface RoundProgress {
  slot: string;
  done: number;
  total: number;
  /** Null while it runs. */
  finished: { status: EventRoundFinished['status']; durationMs: number; counts: EventRoundFinished['counts'] } | null;
}

export function roundStarted(event: EventRoundStarted): RoundProgress {
  return { slot: event.slot, done: 0, total: event.total, finished: null };
}

/** Checks may arrive in any order, and a page that opened in mid-round has not seen the start. */
export function checkFinished(progress: RoundProgress | null, event: EventCheckFinished): RoundProgress {
  const done = progress?.slot === event.slot ? Math.max(progress.done, event.done) : event.done;
  const finished = progress?.slot === event.slot ? progress.finished : null;
  return { slot: event.slot, done, total: event.total, finished };
}

export function roundFinished(event: EventRoundFinished): RoundProgress {
  const { slot, status, durationMs, counts } = event;
  return { slot, done: counts.total, total: counts.total, finished: { status, durationMs, counts } };
}
