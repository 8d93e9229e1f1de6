import { useTranslation } from 'react-i18next';
import type { CheckReport } from '@/api/types';

/** "Unexpected status (ended in: Expectation)"; nothing for a check that was up. */
export function CauseText({ report }: { report: Pick<CheckReport, 'cause' | 'phase' | 'httpStatus'> }) {
  const { t } = useTranslation();
  if (report.cause === null) return null;
  const status = report.cause === 'status_unexpected' && report.httpStatus !== null ? ` ${report.httpStatus}` : '';
  return (
    <span>
      {t(`cause.${report.cause}`)}
      {status}
      {report.phase && (
        <span className="text-muted"> · {t('monitor.report.endedIn', { phase: t(`phase.${report.phase}`) })}</span>
      )}
    </span>
  );
}
