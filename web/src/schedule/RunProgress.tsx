import { useTranslation } from 'react-i18next';
import { classes } from '@/ui/classes';
import type { Run } from './run';

/** "3 of 12 checked" with its bar. */
export function RunProgress({ run, className }: { run: Run; className?: string }) {
  const { t } = useTranslation();
  const { progress } = run;
  const known = progress !== null && progress.total > 0;
  const text = known
    ? t('round.progress', { done: progress.done, total: progress.total })
    : t(run.isRunning ? 'round.running' : 'round.queued');
  return (
    <div className={classes('grid gap-1', className)}>
      <span role="status" className="text-sm tabular-nums">
        {text}
      </span>
      <progress
        aria-label={t('round.running')}
        className="progress"
        {...(known ? { value: progress.done, max: progress.total } : {})}
      />
    </div>
  );
}
