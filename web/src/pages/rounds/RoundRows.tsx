import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Round } from '@/api/types';
import { StateShape } from '@/monitors/StateMark';
import { RoundStatusText } from '@/schedule/RoundStatusText';
import { roundErrorText } from '@/schedule/round-error';
import { Time } from '@/time/Time';
import { formatMs } from '@/time/format';
import { classes } from '@/ui/classes';
import { Icon } from '@/ui/Icon';
import { RoundChecks } from './RoundChecks';

/** One round, what was missed after it, and its checks when they are asked for. */
export function RoundRows({ round }: { round: Round }) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {round.missedSlots > 0 && (
        <tr className="bg-unknown-soft">
          <td />
          <td colSpan={6} className="text-unknown" title={t('rounds.missedHint')}>
            <span className="inline-flex items-center gap-1.5">
              <Icon name="warning" />
              {t('rounds.missed', { count: round.missedSlots })}
            </span>
          </td>
        </tr>
      )}
      <tr className={isOpen ? 'bg-sunken' : 'hover:bg-sunken'}>
        <td className="!px-1 !py-0.5">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            aria-label={t(isOpen ? 'rounds.hideDetails' : 'rounds.showDetails')}
            onClick={() => setOpen(!isOpen)}
            className="grid size-8 place-items-center rounded-[6px] text-muted hover:text-ink"
          >
            <Icon name="chevronRight" className={classes('size-4 transition-transform', isOpen && 'rotate-90')} />
          </button>
        </td>
        <td className="sm:whitespace-nowrap">
          <Time at={round.slot} style="compact" />
        </td>
        <td className="whitespace-nowrap">
          <RoundStatusText status={round.status} />
        </td>
        <td className="sm:whitespace-nowrap">
          <Counts counts={round.counts} />
        </td>
        <td className="num whitespace-nowrap max-sm:hidden">{formatMs(Math.max(0, round.latenessMs), i18n.language)}</td>
        <td className="num whitespace-nowrap max-sm:hidden">{formatMs(round.durationMs, i18n.language)}</td>
        <td className="whitespace-nowrap max-sm:hidden">{t(`round.trigger.${round.trigger}`)}</td>
      </tr>
      {isOpen && (
        <tr id={id} className="bg-sunken">
          <td className="max-sm:hidden" />
          <td colSpan={7} className="sm:!pt-0">
            {round.error && <p className="pb-2 text-down">{t('rounds.error', { message: roundErrorText(round.error, t) })}</p>}
            <RoundChecks roundId={round.id} slot={round.slot} />
          </td>
        </tr>
      )}
    </>
  );
}

/** Shapes with numbers; zeros are left out, and the whole is named in words. */
function Counts({ counts }: { counts: Round['counts'] }) {
  const { t } = useTranslation();
  return (
    <span title={t('rounds.counts', counts)} className="inline-flex gap-x-3 max-sm:flex-wrap">
      <span className="sr-only">{t('rounds.counts', counts)}</span>
      {(['up', 'down', 'unknown'] as const)
        .filter((verdict) => counts[verdict] > 0)
        .map((verdict) => (
          <span key={verdict} aria-hidden="true" className="inline-flex items-center gap-1">
            <StateShape state={verdict} className="size-3.5" />
            {counts[verdict]}
          </span>
        ))}
    </span>
  );
}
