import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { operationsQuery } from '@/api/queries';
import { ErrorNotice } from '@/ui/Notice';
import { Loading, Page } from '@/ui/Page';
import { DispatchTable } from './DispatchTable';
import { JobSection } from './JobSection';
import { LatenessSection } from './LatenessSection';
import { ProcessTable } from './ProcessTable';
import { QueueSection } from './QueueSection';
import { WarningList } from './WarningList';

/** For administrators: what the queue holds, who works, what was dispatched, how late rounds are. Reads itself again. */
export default function OperationsPage() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(operationsQuery);
  return (
    <Page title={t('operations.title')}>
      {isPending && <Loading />}
      <ErrorNotice error={error} />
      {data && (
        <>
          <WarningList warnings={data.warnings} />
          <QueueSection queue={data.queue} isExplained={data.warnings.some(({ reason }) => reason === data.queue.error)} />
          <LatenessSection lateness={data.lateness} />
          <ProcessTable processes={data.processes} />
          <JobSection queue={data.queue} />
          <DispatchTable dispatches={data.dispatches} />
        </>
      )}
    </Page>
  );
}
