import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CauseText } from '@/monitors/CauseText';
import { VerdictText } from '@/monitors/StateMark';
import { Time } from '@/time/Time';
import { formatMs } from '@/time/format';
import { Button } from '@/ui/Button';
import { Loading } from '@/ui/Page';
import { ScrollArea } from '@/ui/ScrollArea';
import type { Shown } from './use-window';

const PAGE_ROWS = 50;

/** The checks themselves, newest first. */
export function History({ shown }: { shown: Shown }) {
  const { t, i18n } = useTranslation();
  const [limit, setLimit] = useState(PAGE_ROWS);
  const rows = useMemo(() => shown.checks.slice(-limit).reverse(), [shown.checks, limit]);
  if (shown.isPending) return <Loading />;
  if (rows.length === 0) return <p className="px-4 py-8 text-center text-muted">{t('monitor.noResults')}</p>;
  return (
    <>
      <ScrollArea label={t('monitor.historyTab')}>
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t('monitor.table.time')}</th>
              <th scope="col">{t('monitor.table.result')}</th>
              <th scope="col" className="num">
                {t('monitor.table.latency')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('monitor.table.status')}
              </th>
              <th scope="col" className="w-full max-sm:hidden">
                {t('monitor.table.detail')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((check) => (
              <tr key={check.at}>
                <td className="sm:whitespace-nowrap">
                  <Time at={check.at} style="compact" />
                </td>
                <td className="sm:whitespace-nowrap">
                  <VerdictText verdict={check.verdict} />
                  {check.cause && <p className="text-xs text-muted sm:hidden">{t(`cause.${check.cause}`)}</p>}
                </td>
                <td className="num whitespace-nowrap">{formatMs(check.timings.totalMs, i18n.language)}</td>
                <td className="num max-sm:hidden">{check.httpStatus ?? '–'}</td>
                <td className="min-w-64 max-sm:hidden">
                  <CauseText report={check} />
                  {check.detail && <p className="text-xs break-words text-muted">{check.detail}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {shown.checks.length > limit && (
        <div className="border-t border-line p-2 text-center">
          <Button look="quiet" onClick={() => setLimit(limit + PAGE_ROWS)}>
            {t('action.more')}
          </Button>
        </div>
      )}
    </>
  );
}
