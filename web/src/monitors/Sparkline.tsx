import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecentChecks } from '@/api/types';
import { formatMs } from '@/time/format';
import { beatsOfRecent } from './beats';
import { sparklinePath } from './sparkline-path';

const WIDTH = 96;
const HEIGHT = 24;

/** Latency of the last checks that were up. */
export const Sparkline = memo(function Sparkline({ recent, className }: { recent: RecentChecks; className?: string }) {
  const { t, i18n } = useTranslation();
  const values = useMemo(() => beatsOfRecent(recent).map((beat) => beat.meanMs), [recent]);
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return <span className={className} />;
  const label = t('heartbeat.latencyTrend', {
    min: formatMs(Math.min(...known), i18n.language),
    max: formatMs(Math.max(...known), i18n.language),
  });
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={className}>
      <path
        d={sparklinePath(values, WIDTH, HEIGHT)}
        fill="none"
        className="stroke-accent"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
});
