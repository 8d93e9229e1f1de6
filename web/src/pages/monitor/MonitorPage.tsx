import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { Monitor } from '@/api/types';
import { NotFoundPage } from '@/app/NotFoundPage';
import { useMonitor } from '@/monitors/use-monitor';
import { Segmented } from '@/ui/Segmented';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { Configuration } from './Configuration';
import { Head } from './Head';
import { History } from './History';
import { Incidents } from './Incidents';
import { Latency } from './Latency';
import { RANGES, type Range, rangeOf } from './ranges';
import { Stats } from './Stats';
import { Timeline } from './Timeline';
import { useWindow } from './use-window';

export default function MonitorPage() {
  const { t } = useTranslation();
  const { monitorId = '' } = useParams();
  const { monitor, isPending, error } = useMonitor(monitorId);
  if (isPending) return <Loading />;
  if (error) return <ErrorNotice error={error} />;
  if (!monitor) return <NotFoundPage text={t('monitor.notFound')} />;
  return <Detail key={monitor.id} monitor={monitor} />;
}

function Detail({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const range = rangeOf(params.get('range'));
  const shown = useWindow(monitor, range);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Head monitor={monitor} />
      <section className="card grid grid-cols-[minmax(0,1fr)] gap-4 p-4">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Stats monitor={monitor} checks={shown.checks} />
          <Segmented<Range>
            legend={t('monitor.range')}
            value={range}
            onChange={(next) => setParams({ range: next }, { replace: true })}
            choices={RANGES.map((value) => ({ value, label: t(`monitor.ranges.${value}`) }))}
          />
        </div>
        <ErrorNotice error={shown.error} />
        <Timeline shown={shown} />
        <Latency shown={shown} />
      </section>
      <Tabs className="card">
        <TabList aria-label={monitor.name} className="flex gap-1 overflow-x-auto border-b border-line px-2">
          <PlainTab id="history">{t('monitor.historyTab')}</PlainTab>
          <PlainTab id="incidents">{t('monitor.incidentsTab')}</PlainTab>
          <PlainTab id="configuration">{t('monitor.configurationTab')}</PlainTab>
        </TabList>
        <TabPanel id="history" className="outline-offset-[-2px]">
          <History shown={shown} />
        </TabPanel>
        <TabPanel id="incidents" className="outline-offset-[-2px]">
          <Incidents monitorId={monitor.id} />
        </TabPanel>
        <TabPanel id="configuration" className="outline-offset-[-2px]">
          <Configuration monitor={monitor} />
        </TabPanel>
      </Tabs>
    </div>
  );
}

function PlainTab({ id, children }: { id: string; children: string }) {
  return (
    <Tab
      id={id}
      className="-mb-px flex min-h-11 cursor-pointer items-center border-b-2 border-transparent px-3 whitespace-nowrap text-muted outline-offset-[-3px] hover:text-ink data-selected:border-accent data-selected:font-medium data-selected:text-ink"
    >
      {children}
    </Tab>
  );
}
