import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUpdateSchedule } from '@/api/actions';
import type { Schedule } from '@/api/types';
import { IntervalInput } from '@/schedule/IntervalInput';
import { parseInterval } from '@/schedule/interval';
import { Button } from '@/ui/Button';
import { useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { showToast } from '@/ui/toast';

const FIELDS = { intervalMinutes: LIMITS.intervalMinutes };

/** Says what is wrong while one types, and saves only what is right. */
export function IntervalForm({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const update = useUpdateSchedule();
  const text = typed ?? String(schedule.intervalMinutes);
  const minutes = parseInterval(text);
  const own = minutes === null ? { intervalMinutes: t('fieldError.wholeNumberBetween', LIMITS.intervalMinutes) } : undefined;
  const errors = useFormErrors(update.error, FIELDS, own);
  const isChanged = typed !== null && minutes !== schedule.intervalMinutes;
  useFocusOnError(form, update.error);

  const submit = () => {
    if (minutes === null) {
      form.current?.querySelector('input')?.focus();
      return;
    }
    const onSuccess = () => {
      setTyped(null);
      showToast(t('settings.schedule.saved'));
    };
    update.mutate({ intervalMinutes: minutes }, { onSuccess });
  };

  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <IntervalInput
        label={t('settings.schedule.interval')}
        hint={t('settings.schedule.intervalHint')}
        error={errors.of('intervalMinutes')}
        value={text}
        onChange={(value) => {
          setTyped(value);
          update.reset();
        }}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={update.isPending} disabled={!isChanged}>
          {t('action.save')}
        </Button>
        {isChanged && (
          <Button look="quiet" onClick={() => setTyped(null)}>
            {t('action.discard')}
          </Button>
        )}
      </div>
    </form>
  );
}
