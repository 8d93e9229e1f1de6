import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { monitorsQuery } from '@/api/queries';
import type { Monitor } from '@/api/types';
import { Button, ButtonLink } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Loading, Page } from '@/ui/Page';
import { EmptyDashboard } from './EmptyDashboard';
import { Filters } from './Filters';
import { MonitorList } from './MonitorList';
import { Overview } from './Overview';
import { type View, applyView, countStates, readView, writeView } from './view';

export function DashboardPage() {
  const { t } = useTranslation();
  const monitors = useQuery(monitorsQuery);
  // Another visit, for example by the link in the header, begins with what its address says.
  const { key } = useLocation();
  return (
    <Page
      title={t('dashboard.title')}
      actions={
        <ButtonLink to="/monitors/new" look="primary" icon="plus">
          {t('dashboard.newMonitor')}
        </ButtonLink>
      }
    >
      {monitors.isPending && <Loading />}
      {monitors.isError && !monitors.data && (
        <div className="grid justify-items-start gap-3">
          <ErrorNotice error={monitors.error} />
          <Button onClick={() => void monitors.refetch()}>{t('action.retry')}</Button>
        </div>
      )}
      {monitors.data && (monitors.data.items.length === 0 ? <EmptyDashboard /> : <Board key={key} monitors={monitors.data.items} />)}
    </Page>
  );
}

function Board({ monitors }: { monitors: readonly Monitor[] }) {
  const { t, i18n } = useTranslation();
  const [view, setWholeView] = useState(readView);
  const setView = (change: Partial<View>) => {
    const next = { ...view, ...change };
    setWholeView(next);
    writeView(next);
  };

  // Typing stays quick with a thousand rows: the list may lag behind the input.
  const { search, state, sort } = useDeferredValue(view, view);
  const shown = useMemo(
    () => applyView(monitors, { search, state, sort }, i18n.language),
    [monitors, search, state, sort, i18n.language],
  );
  const counts = useMemo(() => countStates(monitors), [monitors]);

  return (
    <>
      <Overview counts={counts} />
      <Filters view={view} counts={counts} total={monitors.length} onChange={setView} />
      {shown.length > 0 ? (
        <MonitorList monitors={shown} />
      ) : (
        <div className="card grid justify-items-center gap-3 py-12 text-muted">
          {t('dashboard.noneMatch')}
          <Button onClick={() => setView({ search: '', state: null })}>{t('dashboard.clearFilters')}</Button>
        </div>
      )}
    </>
  );
}
