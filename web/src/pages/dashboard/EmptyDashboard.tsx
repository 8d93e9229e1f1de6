import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { scheduleQuery } from '@/api/queries';
import { ButtonLink } from '@/ui/Button';
import { EmptyPicture } from './EmptyPicture';

export function EmptyDashboard() {
  const { t } = useTranslation();
  const schedule = useQuery(scheduleQuery);
  return (
    <section className="card grid justify-items-center gap-2 px-6 py-14 text-center">
      <EmptyPicture />
      <h2 className="mt-2 text-lg font-semibold">{t('dashboard.emptyTitle')}</h2>
      <p className="max-w-md text-muted">{t('dashboard.emptyText', { count: schedule.data?.intervalMinutes ?? 5 })}</p>
      <ButtonLink to="/monitors/new" look="primary" icon="plus" className="mt-3">
        {t('dashboard.emptyAction')}
      </ButtonLink>
    </section>
  );
}
