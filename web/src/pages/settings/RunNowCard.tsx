import { useTranslation } from 'react-i18next';
import type { Schedule } from '@/api/types';
import { useRun } from '@/schedule/run';
import { RunProgress } from '@/schedule/RunProgress';
import { formatMs } from '@/time/format';
import { Button } from '@/ui/Button';
import { Card } from '@/ui/Card';
import { ErrorNotice, Notice } from '@/ui/Notice';

export function RunNowCard({ schedule }: { schedule: Schedule }) {
  const { t, i18n } = useTranslation();
  const run = useRun();
  const { finished } = run;
  return (
    <Card title={t('settings.schedule.runNowTitle')} text={t('settings.schedule.runNowText')}>
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" icon="play" busy={run.isUnderWay} disabled={!schedule.enabled} onClick={run.start}>
          {t('round.runNow')}
        </Button>
        {run.isUnderWay && <RunProgress run={run} className="min-w-48 flex-1" />}
      </div>
      {!schedule.enabled && <Notice tone="info">{t('error.schedule_disabled')}</Notice>}
      <ErrorNotice error={run.error} />
      {finished && !run.isUnderWay && (
        <Notice tone={finished.status === 'failed' ? 'warn' : 'good'}>
          {finished.counts.total === 0
            ? t('round.finishedEmpty')
            : t('round.finished', {
                duration: formatMs(finished.durationMs, i18n.language),
                up: finished.counts.up,
                down: finished.counts.down,
                unknown: finished.counts.unknown,
              })}
        </Notice>
      )}
    </Card>
  );
}
