import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { incidentsQuery } from '@/api/queries';
import type { Incident } from '@/api/types';
import { StateShape } from '@/monitors/StateMark';
import { Time } from '@/time/Time';
import { formatDuration } from '@/time/format';
import { useNow } from '@/time/ticker';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { ScrollArea } from '@/ui/ScrollArea';

export function Incidents({ monitorId }: { monitorId: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(incidentsQuery(monitorId));
  if (query.isPending) return <Loading />;
  if (!query.data) return <ErrorNotice error={query.error} className="m-4" />;
  const incidents = query.data.pages.flatMap((page) => page.items);
  if (incidents.length === 0) return <p className="px-4 py-8 text-center text-muted">{t('monitor.noIncidents')}</p>;
  return (
    <>
      <ScrollArea label={t('monitor.incidentsTab')}>
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t('monitor.table.started')}</th>
              <th scope="col">{t('monitor.table.ended')}</th>
              <th scope="col" className="num">
                {t('monitor.table.duration')}
              </th>
              <th scope="col" className="w-full max-sm:hidden">
                {t('monitor.table.cause')}
              </th>
            </tr>
          </thead>
          <tbody>
            {incidents.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {query.hasNextPage && (
        <div className="border-t border-line p-2 text-center">
          <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const { t, i18n } = useTranslation();
  const now = useNow('slow');
  const durationMs = incident.durationMs ?? now - Date.parse(incident.startedAt);
  return (
    <tr>
      <td className="sm:whitespace-nowrap">
        <Time at={incident.startedAt} style="compact" />
        {incident.cause && <p className="text-xs text-muted sm:hidden">{t(`cause.${incident.cause}`)}</p>}
      </td>
      <td className="sm:whitespace-nowrap">
        {incident.endedAt ? (
          <Time at={incident.endedAt} style="compact" />
        ) : (
          <span className="inline-flex items-center gap-1.5 font-medium text-down">
            <StateShape state="down" />
            {t('monitor.incidentOpen')}
          </span>
        )}
      </td>
      <td className="num whitespace-nowrap">{formatDuration(durationMs, i18n.language)}</td>
      <td className="min-w-64 max-sm:hidden">
        {incident.cause && t(`cause.${incident.cause}`)}
        {incident.detail && <p className="text-xs break-words text-muted">{incident.detail}</p>}
      </td>
    </tr>
  );
}
