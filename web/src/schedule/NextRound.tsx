import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { scheduleQuery } from '@/api/queries';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Link } from 'react-router';
import { Countdown } from './Countdown';
import { RunProgress } from './RunProgress';
import { useRun } from './run';

/** When the next round comes, the running one, and the button that does not wait. */
export function NextRound() {
  const { t } = useTranslation();
  const { data: schedule } = useQuery(scheduleQuery);
  const run = useRun();
  if (!schedule) return null;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 max-sm:w-full">
      {run.isUnderWay ? (
        <RunProgress run={run} className="w-56" />
      ) : schedule.enabled && schedule.nextRunAt ? (
        <span className="text-muted">
          {t('round.next')} <Countdown to={schedule.nextRunAt} />
        </span>
      ) : (
        <Link to="/settings" className="text-muted underline underline-offset-2">
          {t('round.off')}
        </Link>
      )}
      <Button icon="play" busy={run.isUnderWay} disabled={!schedule.enabled} onClick={run.start}>
        {t('round.runNow')}
      </Button>
      {run.error ? <ErrorNotice error={run.error} className="w-full" /> : null}
    </div>
  );
}
