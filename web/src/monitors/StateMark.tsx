import { useTranslation } from 'react-i18next';
import type { MonitorState, Verdict } from '@/api/types';
import { classes } from '@/ui/classes';

type Shown = MonitorState | Verdict;

const TEXT_COLOUR: Record<Shown, string> = {
  up: 'text-up',
  down: 'text-down',
  unknown: 'text-unknown',
  pending: 'text-muted',
  paused: 'text-muted',
};

const SOFT: Record<Shown, string> = {
  up: 'bg-up-soft',
  down: 'bg-down-soft',
  unknown: 'bg-unknown-soft',
  pending: 'bg-sunken',
  paused: 'bg-sunken',
};

/** A shape of its own for every state, so that nobody needs the colour: disc, octagon, diamond, ring, bars. */
export function StateShape({ state, className = 'size-4' }: { state: Shown; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`${className} shrink-0`} aria-hidden="true" focusable="false">
      {SHAPES[state]}
    </svg>
  );
}

const STROKE = { fill: 'none', strokeWidth: 1.8, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

const SHAPES: Record<Shown, React.JSX.Element> = {
  up: (
    <>
      <circle cx="8" cy="8" r="7" className="fill-up-mark" />
      <path d="m4.9 8.3 2.2 2.2 4-4.5" className="stroke-surface" {...STROKE} />
    </>
  ),
  down: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5l4-4Z" className="fill-down-mark" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" className="stroke-surface" {...STROKE} />
    </>
  ),
  unknown: (
    <>
      <path d="m8 .7 7.3 7.3L8 15.3.7 8 8 .7Z" className="fill-unknown-mark" />
      <path d="M6.5 6.5c.2-2 3-1.8 3 .1C9.5 7.9 8 7.9 8 9m0 2.2v.01" className="stroke-surface" {...STROKE} />
    </>
  ),
  pending: <circle cx="8" cy="8" r="5.8" className="stroke-idle-mark" {...STROKE} strokeDasharray="2.4 3.1" />,
  paused: (
    <>
      <circle cx="8" cy="8" r="6.2" className="stroke-idle-mark" {...STROKE} />
      <path d="M6.3 5.8v4.4m3.4-4.4v4.4" className="stroke-idle-mark" {...STROKE} />
    </>
  ),
};

/** Shape and word. */
export function StateText({ state, className }: { state: MonitorState; className?: string }) {
  const { t } = useTranslation();
  return (
    <span className={classes('inline-flex items-center gap-1.5 align-bottom font-medium', TEXT_COLOUR[state], className)}>
      <StateShape state={state} />
      {t(`state.${state}`)}
    </span>
  );
}

/** Shape and word on their own ground, for headings. */
export function StateBadge({ state }: { state: MonitorState }) {
  return <StateText state={state} className={`rounded-full py-0.5 pr-2.5 pl-1.5 ${SOFT[state]}`} />;
}

export function VerdictText({ verdict }: { verdict: Verdict }) {
  return <StateText state={verdict} />;
}
