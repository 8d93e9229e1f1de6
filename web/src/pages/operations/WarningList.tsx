import { useTranslation } from 'react-i18next';
import type { Warning } from '@/api/types';
import { Time } from '@/time/Time';
import { Notice } from '@/ui/Notice';

export function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  const { t } = useTranslation();
  if (warnings.length === 0) return null;
  return (
    <section aria-label={t('operations.warnings')} className="grid gap-2">
      {warnings.map(({ code, since, reason }) => (
        <Notice key={code} tone="warn">
          {t(`operations.warning.${code}`)}
          {(since ?? reason) && (
            <p className="text-sm break-words">
              {since && (
                <>
                  {t('operations.since')} <Time at={since} style="dateTime" />
                </>
              )}
              {since && reason && ' · '}
              {reason && t('operations.reason', { reason })}
            </p>
          )}
        </Notice>
      ))}
    </section>
  );
}
