import { useTranslation } from 'react-i18next';
import type { CheckReport } from '@/api/types';
import { formatMs } from '@/time/format';
import { PHASE_COLOUR, waterfall } from './phases';
import { VerdictText } from './StateMark';
import { CauseText } from './CauseText';

/** What one probe found: verdict, reason, and where the time went. */
export function Report({ report }: { report: CheckReport }) {
  const { t, i18n } = useTranslation();
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <VerdictText verdict={report.verdict} />
        <CauseText report={report} />
        <span className="ml-auto text-muted tabular-nums">
          {t('monitor.report.total')}: {formatMs(report.timings.totalMs, i18n.language)}
        </span>
      </div>
      {report.detail && <p className="text-sm break-words text-muted">{report.detail}</p>}
      <Waterfall report={report} />
      <Facts report={report} />
    </div>
  );
}

function Waterfall({ report }: { report: CheckReport }) {
  const { t, i18n } = useTranslation();
  const bars = waterfall(report.timings);
  const total = Math.max(report.timings.totalMs, 0.001);
  if (bars.length === 0) return null;
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">{t('monitor.report.phases')}</caption>
      <tbody>
        {bars.map(({ phase, startMs, durationMs }) => (
          <tr key={phase}>
            <th scope="row" className="w-px py-0.5 pr-3 text-left font-normal whitespace-nowrap text-muted">
              {t(`phase.${phase}`)}
            </th>
            <td className="py-0.5">
              <div className="relative h-3 rounded-[3px] bg-sunken" aria-hidden="true">
                <div
                  className="absolute inset-y-0 min-w-0.5 rounded-[3px]"
                  style={{
                    left: `${(startMs / total) * 100}%`,
                    width: `${(durationMs / total) * 100}%`,
                    background: `var(${PHASE_COLOUR[phase]})`,
                  }}
                />
              </div>
            </td>
            <td className="w-px py-0.5 pl-3 text-right whitespace-nowrap tabular-nums">
              {formatMs(durationMs, i18n.language)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Facts({ report }: { report: CheckReport }) {
  const { t } = useTranslation();
  const { address, httpStatus, certificateDaysLeft, redirects } = report;
  const facts: [string, string][] = [];
  if (httpStatus !== null) facts.push([t('monitor.report.httpStatus'), String(httpStatus)]);
  if (address !== null) facts.push([t('monitor.report.address'), address]);
  if (certificateDaysLeft !== null)
    facts.push([t('monitor.report.certificate'), t('monitor.certificateDays', { count: certificateDaysLeft })]);
  if (redirects.length > 0) facts.push([t('monitor.report.redirects'), redirects.join(' → ')]);
  if (facts.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="flex min-w-0 gap-1.5">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-all tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
