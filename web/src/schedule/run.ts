import { useQuery } from '@tanstack/react-query';
import { useRunNow } from '@/api/actions';
import { scheduleQuery } from '@/api/queries';
import { useRoundProgress } from '@/live/LiveProvider';
import type { RoundProgress } from '@/live/round';

export interface Run {
  start: () => void;
  /** Asked for, waiting for a worker, or running. */
  isUnderWay: boolean;
  isRunning: boolean;
  /** Null while it is not known: asked for but not started, or this page opened in the middle of it. */
  progress: RoundProgress | null;
  /** The last round that this page saw to its end. */
  finished: RoundProgress['finished'];
  error: unknown;
}

/** My running round, from the button to its end. */
export function useRun(): Run {
  const runNow = useRunNow();
  const progress = useRoundProgress();
  const { data: schedule } = useQuery(scheduleQuery);
  const live = progress && !progress.finished ? progress : null;
  const isRunning = live !== null || (schedule?.state === 'running' && !progress?.finished);
  // The slot that was asked for is still ahead: nobody has claimed it yet.
  const isAskedFor = runNow.isPending || (runNow.isSuccess && runNow.data.nextRunAt === schedule?.nextRunAt);
  return {
    start: () => runNow.mutate(undefined),
    isUnderWay: isRunning || isAskedFor || schedule?.state === 'queued',
    isRunning,
    progress: live,
    finished: progress?.finished ?? null,
    error: runNow.error,
  };
}
