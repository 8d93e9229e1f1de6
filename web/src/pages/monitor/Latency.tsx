import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_RESULTS } from '@/api/queries';
import { Button } from '@/ui/Button';
import { Loading } from '@/ui/Page';
import { LatencyTable } from './LatencyTable';
import type { Shown } from './use-window';

// uPlot comes with it.
const LatencyChart = lazy(() => import('./LatencyChart'));

/** Latency over time by phase: as a chart, or the same figures as a table. */
export function Latency({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  if (shown.isPending) return <Loading />;
  return (
    <section aria-label={t('monitor.latencyTitle')}>
      <div className="mb-2 flex items-center justify-between">
        <h2 className="font-semibold">{t('monitor.latencyTitle')}</h2>
        {shown.checks.length > 0 && (
          <Button look="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {t(asTable ? 'monitor.showChart' : 'monitor.showTable')}
          </Button>
        )}
      </div>
      {shown.checks.length === 0 ? (
        <p className="py-8 text-center text-muted">{t('monitor.noResults')}</p>
      ) : asTable ? (
        <LatencyTable shown={shown} />
      ) : (
        <Suspense fallback={<Loading />}>
          <LatencyChart shown={shown} />
        </Suspense>
      )}
      {shown.truncated && (
        <p className="mt-2 text-sm text-muted">
          {t('monitor.truncated', { count: MAX_RESULTS })}
        </p>
      )}
    </section>
  );
}
