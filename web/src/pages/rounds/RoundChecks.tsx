import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { monitorsQuery, roundQuery } from '@/api/queries';
import { CauseText } from '@/monitors/CauseText';
import { VerdictText } from '@/monitors/StateMark';
import { formatMs, formatTime } from '@/time/format';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';

/** The checks of one round, the bad ones first. */
export function RoundChecks({ roundId, slot }: { roundId: string; slot: string }) {
  const { t, i18n } = useTranslation();
  const { data: round, error, isPending } = useQuery(roundQuery(roundId));
  const { data: names } = useQuery({
    ...monitorsQuery,
    select: (list) => new Map(list.items.map((monitor) => [monitor.id, monitor.name])),
  });
  if (isPending) return <Loading />;
  if (!round) return <ErrorNotice error={error} />;
  if (round.checks.length === 0) return <p className="text-muted">{t('rounds.noChecks')}</p>;
  const rank = { down: 0, unknown: 1, up: 2 };
  const checks = round.checks.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
  const label = t('rounds.details', { time: formatTime(Date.parse(slot), 'full', i18n.language) });
  return (
    <>
      <ul aria-label={label} className="grid max-h-80 max-w-[calc(100vw-4rem)] overflow-y-auto rounded-[8px] border border-line bg-surface">
        {checks.map((check) => (
          <li key={check.monitorId} className="flex flex-wrap items-center gap-x-4 border-b border-line px-3 py-1.5 last:border-0">
            <span className="w-20">
              <VerdictText verdict={check.verdict} />
            </span>
            {names?.has(check.monitorId) ? (
              <Link to={`/monitors/${check.monitorId}`} className="min-w-32 flex-1 font-medium hover:underline">
                {names.get(check.monitorId)}
              </Link>
            ) : (
              <span className="min-w-32 flex-1 text-muted">{t('rounds.deletedMonitor')}</span>
            )}
            <CauseText report={check} />
            <span className="ml-auto">{formatMs(check.timings.totalMs, i18n.language)}</span>
          </li>
        ))}
      </ul>
      <p className="mt-1.5 text-xs text-muted">
        <span className="sm:hidden">
          {t('rounds.lateness')} {formatMs(Math.max(0, round.latenessMs), i18n.language)} · {t('rounds.duration')}{' '}
          {formatMs(round.durationMs, i18n.language)} · {t(`round.trigger.${round.trigger}`)} ·{' '}
        </span>
        {t('rounds.worker', { worker: round.worker })}
      </p>
    </>
  );
}
