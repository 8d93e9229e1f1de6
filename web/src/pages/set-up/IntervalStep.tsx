import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpdateSchedule } from '@/api/actions';
import { scheduleQuery } from '@/api/queries';
import { IntervalInput } from '@/schedule/IntervalInput';
import { parseInterval } from '@/schedule/interval';
import { Button } from '@/ui/Button';
import { useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { StepTitle } from './StepTitle';

const FIELDS = { intervalMinutes: LIMITS.intervalMinutes };

export function IntervalStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const schedule = useQuery(scheduleQuery);
  const update = useUpdateSchedule();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? String(schedule.data?.intervalMinutes ?? 5);
  const minutes = parseInterval(text);
  const own = minutes === null ? { intervalMinutes: t('fieldError.wholeNumberBetween', LIMITS.intervalMinutes) } : undefined;
  const errors = useFormErrors(update.error, FIELDS, own);
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (minutes !== null) update.mutate({ intervalMinutes: minutes }, { onSuccess: onDone });
      }}
    >
      <StepTitle title={t('setup.intervalTitle')} text={t('setup.intervalText')} />
      <IntervalInput
        label={t('settings.schedule.interval')}
        error={errors.of('intervalMinutes')}
        value={text}
        onChange={setTyped}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={update.isPending}>
          {t('action.next')}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('action.skip')}
        </Button>
      </div>
    </form>
  );
}
