import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useUpdateMonitor } from '@/api/actions';
import type { Monitor } from '@/api/types';
import { NotFoundPage } from '@/app/NotFoundPage';
import { useMonitor } from '@/monitors/use-monitor';
import { ErrorNotice } from '@/ui/Notice';
import { Loading, Page } from '@/ui/Page';
import { showToast } from '@/ui/toast';
import { draftOf } from './draft';
import { MonitorForm } from './MonitorForm';

export default function EditMonitorPage() {
  const { t } = useTranslation();
  const { monitorId = '' } = useParams();
  const { monitor, isPending, error } = useMonitor(monitorId);
  if (isPending) return <Loading />;
  if (error) return <ErrorNotice error={error} />;
  if (!monitor) return <NotFoundPage text={t('monitor.notFound')} />;
  return <Editor key={monitor.id} monitor={monitor} />;
}

function Editor({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const update = useUpdateMonitor(monitor.id);
  const page = `/monitors/${monitor.id}`;
  return (
    <Page title={t('editor.editTitle')} narrow>
      <MonitorForm
        initial={draftOf(monitor)}
        isKindFixed
        submitLabel={t('editor.save')}
        cancelTo={page}
        busy={update.isPending}
        error={update.error}
        onSubmit={({ target, ...rest }) =>
          update.mutate(
            { ...rest, config: target.config },
            {
              onSuccess: () => {
                showToast(t('editor.saved'));
                void navigate(page, { replace: true });
              },
            },
          )
        }
      />
    </Page>
  );
}
