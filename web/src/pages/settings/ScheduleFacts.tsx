import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '@/api/types';
import { Countdown } from '@/schedule/Countdown';
import { RoundStatusText } from '@/schedule/RoundStatusText';
import { roundErrorText } from '@/schedule/round-error';
import { RelativeTime, Time } from '@/time/Time';
import { formatMs } from '@/time/format';

/** Next run with its countdown; last run with time, status, duration and error. */
export function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const { t, i18n } = useTranslation();
  const { nextRunAt, lastRunAt, lastStatus, lastDurationMs, lastError } = schedule;
  return (
    <dl className="card grid divide-y divide-line">
      <Fact name={t('settings.schedule.nextRun')}>
        {nextRunAt ? (
          <>
            <Time at={nextRunAt} /> · <Countdown to={nextRunAt} />
          </>
        ) : (
          <span className="text-muted">{t('settings.schedule.nextRunOff')}</span>
        )}
      </Fact>
      <Fact name={t('settings.schedule.lastRun')}>
        {lastRunAt ? (
          <>
            <Time at={lastRunAt} /> · <RelativeTime at={lastRunAt} />
          </>
        ) : (
          <span className="text-muted">{t('settings.schedule.never')}</span>
        )}
      </Fact>
      <Fact name={t('settings.schedule.lastStatus')}>{lastStatus ? <RoundStatusText status={lastStatus} /> : '–'}</Fact>
      <Fact name={t('settings.schedule.lastDuration')}>
        {lastDurationMs === null ? '–' : formatMs(lastDurationMs, i18n.language)}
      </Fact>
      <Fact name={t('settings.schedule.lastError')}>
        {lastError ? <span className="text-down">{roundErrorText(lastError, t)}</span> : <span className="text-muted">{t('settings.schedule.noError')}</span>}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 px-4 py-2.5 sm:grid-cols-[10rem_1fr] sm:px-5">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words tabular-nums">{children}</dd>
    </div>
  );
}
