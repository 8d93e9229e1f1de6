import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Monitor } from '@/api/types';
import { Heartbeat } from '@/monitors/Heartbeat';
import { Sparkline } from '@/monitors/Sparkline';
import { StateText } from '@/monitors/StateMark';
import { latencyOf, targetText } from '@/monitors/target';
import { RelativeTime } from '@/time/Time';
import { formatMs } from '@/time/format';

/** One monitor in one line; on phones in two. The whole row leads to the monitor. */
export const MonitorRow = memo(function MonitorRow({ monitor }: { monitor: Monitor }) {
  const { t, i18n } = useTranslation();
  const latency = latencyOf(monitor);
  const cause = monitor.lastCheck?.cause;
  return (
    <li className="monitor-row relative hover:bg-sunken has-[a:focus-visible]:bg-sunken">
      <StateText state={monitor.state} className="row-state text-sm" />
      <div className="row-name min-w-0">
        <Link
          to={`/monitors/${monitor.id}`}
          className="block truncate font-medium before:absolute before:inset-0 focus-visible:outline-none focus-visible:before:outline-2 focus-visible:before:-outline-offset-2 focus-visible:before:outline-accent"
        >
          {monitor.name}
        </Link>
        <p className="truncate text-xs text-muted">
          {cause && monitor.state !== 'paused' ? (
            <span className={monitor.state === 'down' ? 'text-down' : undefined}>{t(`cause.${cause}`)} · </span>
          ) : null}
          {targetText(monitor)}
        </p>
      </div>
      <Heartbeat recent={monitor.recent} className="row-beats" />
      <Sparkline recent={monitor.recent} className="row-line" />
      <span className="row-latency text-right text-sm tabular-nums">
        {latency === null ? <span className="text-muted">–</span> : formatMs(latency, i18n.language)}
      </span>
      <span className="row-checked text-right text-xs text-muted">
        {monitor.lastCheck ? <RelativeTime at={monitor.lastCheck.at} /> : t('dashboard.notChecked')}
      </span>
    </li>
  );
});
