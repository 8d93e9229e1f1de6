import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCreateMonitor } from '@/api/actions';
import { Page } from '@/ui/Page';
import { showToast } from '@/ui/toast';
import { newDraft } from './draft';
import { MonitorForm } from './MonitorForm';

export default function CreateMonitorPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateMonitor();
  return (
    <Page title={t('editor.createTitle')} narrow>
      <MonitorForm
        initial={newDraft()}
        submitLabel={t('editor.create')}
        cancelTo="/"
        busy={create.isPending}
        error={create.error}
        onSubmit={({ target, ...rest }) =>
          create.mutate(
            { ...target, ...rest, paused: false },
            {
              onSuccess: (monitor) => {
                showToast(t('editor.created', { name: monitor.name }));
                void navigate(`/monitors/${monitor.id}`, { replace: true });
              },
            },
          )
        }
      />
    </Page>
  );
}
