import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecentChecks } from '@/api/types';
import { RECENT_CHECKS } from '@/live/patches';
import { formatTime } from '@/time/format';
import { type Beat, beatsOfRecent, sumBeats, worstOf } from './beats';
import { type BeatShape, SMALL_BEATS, heartbeatPaths } from './heartbeat-path';

/** The last checks of a monitor as one picture with one sentence as its name. */
export const Heartbeat = memo(function Heartbeat({ recent, className }: { recent: RecentChecks; className?: string }) {
  const beats = useMemo(() => beatsOfRecent(recent), [recent]);
  return <HeartbeatPicture beats={beats} slots={RECENT_CHECKS} label={useSummary(beats)} className={className} />;
});

interface PictureProps {
  beats: readonly Beat[];
  slots: number;
  label: string;
  shape?: BeatShape;
  className?: string | undefined;
}

export function HeartbeatPicture({ beats, slots, label, shape = SMALL_BEATS, className }: PictureProps) {
  const paths = useMemo(() => heartbeatPaths(beats, slots, shape), [beats, slots, shape]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${slots * shape.step - shape.gap} ${shape.height}`}
      preserveAspectRatio="none"
      className={className}
    >
      {label && <title>{label}</title>}
      <path d={paths.none} className="fill-track" />
      <path d={paths.up} className="fill-up-mark" />
      <path d={paths.unknown} className="fill-unknown-mark" />
      <path d={paths.down} className="fill-down-mark" />
    </svg>
  );
}

function useSummary(beats: readonly Beat[]): string {
  const { t, i18n } = useTranslation();
  const newest = beats.at(-1);
  if (!newest) return t('heartbeat.none');
  const verdict = t(`verdict.${worstOf(newest) ?? 'unknown'}`);
  return t('heartbeat.summary', {
    count: beats.length,
    ...sumBeats(beats),
    newest: `${formatTime(newest.from, 'time', i18n.language)} ${verdict}`,
  });
}
