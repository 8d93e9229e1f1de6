import { useTranslation } from 'react-i18next';
import { useLiveState } from '@/live/LiveProvider';
import type { LiveState } from '@/live/stream';
import { classes } from '@/ui/classes';

const LOOKS: Record<LiveState, string> = {
  connecting: 'text-muted',
  live: 'text-up',
  reconnecting: 'text-unknown',
  offline: 'text-down',
};

/** Whether what one sees is fresh: shape, word, and the whole truth on hover. */
export function LiveMark() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <span
      role="status"
      title={t(`live.hint.${state}`)}
      className={classes('flex items-center gap-1.5 rounded-full px-2 py-1 text-xs', LOOKS[state])}
    >
      <svg viewBox="0 0 10 10" className={classes('size-2.5', state !== 'live' && state !== 'offline' && 'pulse')} aria-hidden="true">
        {state === 'live' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
        {state === 'offline' && <path d="M1.5 1.5l7 7m0-7-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />}
        {(state === 'connecting' || state === 'reconnecting') && (
          <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="3 2" />
        )}
      </svg>
      <span className={state === 'live' ? 'max-sm:sr-only' : ''}>{t(`live.${state}`)}</span>
    </span>
  );
}
