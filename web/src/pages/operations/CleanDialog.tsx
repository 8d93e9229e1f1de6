import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueClean } from '@/api/types';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { ErrorNotice } from '@/ui/Notice';
import { Segmented } from '@/ui/Segmented';

type State = QueueClean['state'];
const STATES: readonly State[] = ['failed', 'completed', 'delayed', 'waiting'];

const HOUR_MS = 3_600_000;
const AGES = { any: 0, hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS };
type Age = keyof typeof AGES;

interface CleanDialogProps {
  busy: boolean;
  error: unknown;
  onConfirm: (clean: QueueClean) => void;
  onClose: () => void;
}

export function CleanDialog({ busy, error, onConfirm, onClose }: CleanDialogProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>('failed');
  const [age, setAge] = useState<Age>('any');
  const isUndone = state === 'waiting' || state === 'delayed';
  return (
    <Dialog title={t('operations.queue.cleanTitle')} isOpen isQuestion onClose={onClose}>
      <div className="grid gap-4">
        <Segmented<State>
          legend={t('operations.queue.cleanState')}
          showLegend
          value={state}
          onChange={setState}
          choices={STATES.map((value) => ({ value, label: t(`operations.states.${value}`) }))}
        />
        <Segmented<Age>
          legend={t('operations.queue.cleanAge')}
          showLegend
          value={age}
          onChange={setAge}
          choices={(Object.keys(AGES) as Age[]).map((value) => ({ value, label: t(`operations.age.${value}`) }))}
        />
        <p className="text-muted">{t(isUndone ? 'operations.queue.cleanTextWaiting' : 'operations.queue.cleanText')}</p>
        <ErrorNotice error={error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="danger" busy={busy} onClick={() => onConfirm({ state, olderThanMs: AGES[age] })}>
            {t('operations.queue.remove')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
