import { useTranslation } from 'react-i18next';
import type { MonitorState } from '@/api/types';
import { StateShape } from '@/monitors/StateMark';
import { NextRound } from '@/schedule/NextRound';

type Counts = Record<MonitorState, number>;

/** The answer to "is everything all right?" in one line, and what happens next. */
export function Overview({ counts }: { counts: Counts }) {
  const { state, text } = useVerdictOf(counts);
  return (
    <section className="card flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3">
      <p className="flex items-center gap-2.5 text-lg font-semibold">
        <StateShape state={state} className="size-6" />
        {text}
      </p>
      <NextRound />
    </section>
  );
}

function useVerdictOf(counts: Counts): { state: MonitorState; text: string } {
  const { t } = useTranslation();
  if (counts.down > 0) return { state: 'down', text: t('dashboard.someDown', { count: counts.down }) };
  if (counts.unknown > 0) return { state: 'unknown', text: t('dashboard.someUnknown', { count: counts.unknown }) };
  if (counts.up > 0) return { state: 'up', text: t('dashboard.allUp', { count: counts.up }) };
  if (counts.pending > 0) return { state: 'pending', text: t('dashboard.nothingKnown') };
  return { state: 'paused', text: t('dashboard.nothingActive') };
}
