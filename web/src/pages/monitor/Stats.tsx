import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckResult, Monitor } from '@/api/types';
import { summarise } from '@/monitors/summary';
import { formatMs, formatShare } from '@/time/format';

/** The figures of the chosen time. */
export function Stats({ monitor, checks }: { monitor: Monitor; checks: readonly CheckResult[] }) {
  const { t, i18n } = useTranslation();
  const summary = useMemo(() => summarise(checks), [checks]);
  const days = monitor.lastCheck?.certificateDaysLeft ?? null;
  const ms = (value: number | null) => (value === null ? '–' : formatMs(value, i18n.language));
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2">
      <Stat name={t('monitor.uptime')} hint={t('monitor.uptimeHint')}>
        {summary.upShare === null ? '–' : formatShare(summary.upShare, i18n.language)}
      </Stat>
      <Stat name={t('monitor.average')}>{ms(summary.meanMs)}</Stat>
      <Stat name={t('monitor.percentile')}>{ms(summary.p95Ms)}</Stat>
      <Stat name={t('monitor.checks')}>{new Intl.NumberFormat(i18n.language).format(summary.checks)}</Stat>
      {days !== null && (
        <Stat name={t('monitor.certificate')}>{t('monitor.certificateDays', { count: days })}</Stat>
      )}
    </dl>
  );
}

function Stat({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div title={hint}>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-lg font-semibold tabular-nums">{children}</dd>
    </div>
  );
}
