import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { roundsQuery, scheduleQuery } from '@/api/queries';
import type { Round } from '@/api/types';
import { formatRelative } from '@/time/format';
import { serverNow } from '@/api/clock';
import { NextRound } from '@/schedule/NextRound';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Loading, Page } from '@/ui/Page';
import { ScrollArea } from '@/ui/ScrollArea';
import { RoundRows } from './RoundRows';

export default function RoundsPage() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(roundsQuery);
  const rounds = query.data?.pages.flatMap((page) => page.items);
  return (
    <Page title={t('rounds.title')} actions={<NextRound />}>
      <p className="-mt-2 text-muted">{t('rounds.text')}</p>
      {query.isPending && <Loading />}
      <ErrorNotice error={query.error} />
      {rounds && (rounds.length === 0 ? <NoRounds /> : <RoundTable rounds={rounds} />)}
      {query.hasNextPage && (
        <div className="text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      )}
    </Page>
  );
}

function RoundTable({ rounds }: { rounds: readonly Round[] }) {
  const { t } = useTranslation();
  return (
    <ScrollArea label={t('rounds.title')} className="card">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col" className="w-px">
              <span className="sr-only">{t('rounds.showDetails')}</span>
            </th>
            <th scope="col">{t('rounds.slot')}</th>
            <th scope="col">{t('rounds.status')}</th>
            <th scope="col">{t('rounds.result')}</th>
            <th scope="col" className="num max-sm:hidden">
              {t('rounds.lateness')}
            </th>
            <th scope="col" className="num max-sm:hidden">
              {t('rounds.duration')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('rounds.trigger')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rounds.map((round) => (
            <RoundRows key={round.id} round={round} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function NoRounds() {
  const { t, i18n } = useTranslation();
  const { data: schedule } = useQuery(scheduleQuery);
  const next = schedule?.nextRunAt;
  return (
    <p className="card py-12 text-center text-muted">
      {next
        ? t('rounds.none', { time: formatRelative(Date.parse(next), serverNow(), i18n.language) })
        : t('rounds.noneOff')}
    </p>
  );
}
