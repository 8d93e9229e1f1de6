import { startTransition, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Monitor } from '@/api/types';
import { MonitorRow } from './MonitorRow';

/** Drawn at once; more than fits on a tall screen. */
const FIRST_ROWS = 40;
const MORE_ROWS = 120;

/**
 * All rows are in the document, so that the browser's own search and a screen reader find them; those out of
 * sight cost no layout (content-visibility), and beyond the first screen they are added while nothing else happens.
 */
export function MonitorList({ monitors }: { monitors: readonly Monitor[] }) {
  const { t } = useTranslation();
  const limit = useGrowingLimit(monitors.length);
  return (
    <section aria-label={t('dashboard.list')}>
      <p role="status" className="sr-only">
        {t('dashboard.shown', { count: monitors.length })}
      </p>
      <div className="card overflow-hidden">
        <ColumnNames />
        <ul className="divide-y divide-line">
          {monitors.slice(0, limit).map((monitor) => (
            <MonitorRow key={monitor.id} monitor={monitor} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** For the eye; a screen reader hears in each row what is what. */
function ColumnNames() {
  const { t } = useTranslation();
  return (
    <div aria-hidden="true" className="monitor-columns border-b border-line text-xs text-muted">
      <span className="row-state">{t('dashboard.columns.state')}</span>
      <span className="row-name">{t('dashboard.columns.name')}</span>
      <span className="row-beats">{t('dashboard.columns.recent')}</span>
      <span className="row-latency text-right">{t('dashboard.columns.latency')}</span>
      <span className="row-checked text-right">{t('dashboard.columns.checked')}</span>
    </div>
  );
}

function useGrowingLimit(total: number): number {
  const [limit, setLimit] = useState(FIRST_ROWS);
  useEffect(() => {
    if (limit >= total) return;
    const timer = window.setTimeout(() => startTransition(() => setLimit(limit + MORE_ROWS)), 50);
    return () => window.clearTimeout(timer);
  }, [limit, total]);
  return limit;
}
