import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { warningsQuery } from '@/api/queries';
import { Notice } from '@/ui/Notice';
import { useMe } from './me';

/** What keeps rounds from running, on every page of an administrator; the page for it says it itself. */
export function AdminWarnings() {
  const isAdmin = useMe().role === 'admin';
  const { pathname } = useLocation();
  return isAdmin && pathname !== '/operations' ? <Warnings /> : null;
}

function Warnings() {
  const { t } = useTranslation();
  const { data } = useQuery(warningsQuery);
  const gravest = data?.items[0];
  if (!gravest) return null;
  return (
    <Notice tone="warn" className="mb-4">
      {t(`operations.warning.${gravest.code}`)}{' '}
      <Link to="/operations" className="font-medium whitespace-nowrap underline underline-offset-2">
        {t('operations.details')}
      </Link>
    </Notice>
  );
}
