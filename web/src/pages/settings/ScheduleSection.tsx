import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useUpdateSchedule } from '@/api/actions';
import { scheduleQuery } from '@/api/queries';
import type { Schedule } from '@/api/types';
import { Card } from '@/ui/Card';
import { Switch } from '@/ui/Field';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { showToast } from '@/ui/toast';
import { IntervalForm } from './IntervalForm';
import { RunNowCard } from './RunNowCard';
import { ScheduleFacts } from './ScheduleFacts';

/** Everything about my own rhythm: on or off, how often, what comes next, how the last one went, run now. */
export function ScheduleSection() {
  const { data: schedule, isPending, error } = useQuery(scheduleQuery);
  if (isPending) return <Loading />;
  if (!schedule) return <ErrorNotice error={error} />;
  return (
    <>
      <RhythmCard schedule={schedule} />
      <ScheduleFacts schedule={schedule} />
      <RunNowCard schedule={schedule} />
    </>
  );
}

function RhythmCard({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const update = useUpdateSchedule();
  const setEnabled = (enabled: boolean) =>
    update.mutate(
      { enabled },
      { onSuccess: () => showToast(t(enabled ? 'settings.schedule.enabled' : 'settings.schedule.disabled')) },
    );
  return (
    <Card title={t('settings.schedule.title')}>
      <Switch
        label={t('settings.schedule.enable')}
        hint={t(schedule.enabled ? 'settings.schedule.enabledText' : 'settings.schedule.disabledText')}
        checked={update.isPending ? (update.variables.enabled ?? schedule.enabled) : schedule.enabled}
        onChange={setEnabled}
      />
      <ErrorNotice error={update.error} />
      <hr className="border-line" />
      <IntervalForm schedule={schedule} />
    </Card>
  );
}
