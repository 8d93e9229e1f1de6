import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Beat, bucketBeats, worstOf } from '@/monitors/beats';
import { HeartbeatPicture } from '@/monitors/Heartbeat';
import { formatMs, formatTime } from '@/time/format';
import { useWidth } from '@/ui/use-width';
import type { Shown } from './use-window';

const GAP = 2;
const HEIGHT = 36;

/** The heartbeat of the chosen time. Every bar can be read: under the pointer, or with the arrow keys. */
export function Timeline({ shown }: { shown: Shown }) {
  const { t } = useTranslation();
  const { checks, from, to, buckets } = shown;
  const beats = useMemo(() => bucketBeats(checks, from, to, buckets), [checks, from, to, buckets]);
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const step = (width + GAP) / buckets;
  const shape = useMemo(() => ({ step, gap: GAP, height: HEIGHT }), [step]);
  const [picked, setPicked] = useState<number | null>(null);
  const describe = useDescription();
  const index = Math.min(picked ?? buckets - 1, buckets - 1);
  const beat = beats[index];

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, index, buckets);
    if (next === null) return;
    event.preventDefault();
    setPicked(next);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setPicked(Math.max(0, Math.min(buckets - 1, Math.floor(((event.clientX - box.left) / box.width) * buckets))));
  };

  return (
    <div>
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={`${t('heartbeat.bar')}. ${t('heartbeat.barHint')}`}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={buckets}
        aria-valuenow={index + 1}
        aria-valuetext={beat ? describe(beat) : ''}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setPicked(null)}
        onBlur={() => setPicked(null)}
        className="relative h-9 cursor-default rounded-[4px]"
      >
        <div aria-hidden="true">
          {width > 0 && <HeartbeatPicture beats={beats} slots={buckets} shape={shape} label="" className="h-9 w-full" />}
          {picked !== null && (
            <span
              className="pointer-events-none absolute -inset-y-1 rounded-[4px] ring-2 ring-ink"
              style={{ left: index * step, width: step - GAP }}
            />
          )}
        </div>
      </div>
      <p aria-hidden="true" className="mt-1 flex min-h-5 justify-between gap-4 text-xs text-muted tabular-nums">
        {picked !== null && beat ? <span className="text-ink">{describe(beat)}</span> : <Ends from={from} to={to} />}
      </p>
    </div>
  );
}

function Ends({ from, to }: { from: number; to: number }) {
  const { i18n } = useTranslation();
  return (
    <>
      <span>{formatTime(from, 'dateTime', i18n.language)}</span>
      <span>{formatTime(to, 'dateTime', i18n.language)}</span>
    </>
  );
}

function useDescription(): (beat: Beat) => string {
  const { t, i18n } = useTranslation();
  return (beat) => {
    const times = {
      from: formatTime(beat.from, 'dateTime', i18n.language),
      to: formatTime(beat.to, 'time', i18n.language),
    };
    if (worstOf(beat) === null) return t('heartbeat.bucketEmpty', times);
    const text = t('heartbeat.bucket', { ...times, up: beat.up, down: beat.down, unknown: beat.unknown });
    return beat.meanMs === null ? text : `${text} · ${formatMs(beat.meanMs, i18n.language)}`;
  };
}

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, index - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(count - 1, index + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
