import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { PHASES } from '@/monitors/phases';
import { formatMs, formatTime } from '@/time/format';
import { ScrollArea } from '@/ui/ScrollArea';
import { phaseMeans } from './phase-means';
import type { Shown } from './use-window';

const MAX_ROWS = 24;

export function LatencyTable({ shown }: { shown: Shown }) {
  const { t, i18n } = useTranslation();
  const { checks, from, to, buckets } = shown;
  const rows = useMemo(
    () => phaseMeans(checks, from, to, Math.min(buckets, MAX_ROWS)).reverse(),
    [checks, from, to, buckets],
  );
  const ms = (value: number | null) => (value === null ? '–' : formatMs(value, i18n.language));
  return (
    <ScrollArea label={t('monitor.tableLabel')} className="rounded-[8px] border border-line">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('monitor.table.from')}</th>
            <th scope="col" className="num">
              {t('monitor.checks')}
            </th>
            <th scope="col" className="num">
              {t('monitor.table.up')}
            </th>
            {PHASES.map((phase) => (
              <th key={phase} scope="col" className="num">
                {t(`phase.${phase}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {t('monitor.table.total')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.from}>
              <td className="whitespace-nowrap">{formatTime(row.from, 'dateTime', i18n.language)}</td>
              <td className="num">{row.checks}</td>
              <td className="num">{row.up}</td>
              {PHASES.map((phase) => (
                <td key={phase} className="num whitespace-nowrap">
                  {ms(row.phases[phase])}
                </td>
              ))}
              <td className="num font-medium whitespace-nowrap">{ms(row.totalMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
