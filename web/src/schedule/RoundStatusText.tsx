import { useTranslation } from 'react-i18next';
import type { RoundStatus } from '@/api/types';
import { StateShape } from '@/monitors/StateMark';

const LOOKS = {
  success: { shape: 'up', colour: 'text-up' },
  failed: { shape: 'down', colour: 'text-down' },
  skipped: { shape: 'paused', colour: 'text-muted' },
} as const;

export function RoundStatusText({ status }: { status: RoundStatus }) {
  const { t } = useTranslation();
  const { shape, colour } = LOOKS[status];
  return (
    <span title={t(`round.statusHint.${status}`)} className={`inline-flex items-center gap-1.5 align-bottom font-medium ${colour}`}>
      <StateShape state={shape} />
      {t(`round.status.${status}`)}
    </span>
  );
}
