import type { Verdict } from '@/api/types';
import { type Beat, worstOf } from './beats';

/** Lengths in the units of the picture's viewBox. */
export interface BeatShape {
  /** From one bar to the next. */
  step: number;
  gap: number;
  height: number;
}

export const SMALL_BEATS: BeatShape = { step: 7, gap: 2, height: 22 };

type Kind = Verdict | 'none';

/** Height tells the verdicts apart as well as colour: down is the tallest, unknown half, nothing a dot. */
const SHARES: Record<Kind, number> = { up: 0.73, down: 1, unknown: 0.41, none: 0.14 };

/** One SVG path for each verdict: four elements for a whole bar, however many beats it has. */
export function heartbeatPaths(beats: readonly Beat[], slots: number, shape: BeatShape): Record<Kind, string> {
  const paths = { up: '', down: '', unknown: '', none: '' };
  const missing = Math.max(0, slots - beats.length);
  for (let slot = 0; slot < slots; slot += 1) {
    const beat = beats[slot - missing];
    for (const { kind, share, offset } of beat ? partsOf(beat) : EMPTY)
      paths[kind] += barPath(slot * shape.step, shape.step - shape.gap, shape.height, share, offset);
  }
  return paths;
}

interface Part {
  kind: Kind;
  /** Of the whole height. */
  share: number;
  /** From the top; null: in the middle. */
  offset: number | null;
}

const EMPTY: readonly Part[] = [{ kind: 'none', share: SHARES.none, offset: null }];

/** What is under this is hard to see, and trouble has to be seen. */
const LEAST_TROUBLE = 0.3;

/** A stretch in which some checks were up and others not is a tall bar in two parts, in proportion. */
function partsOf(beat: Beat): readonly Part[] {
  const worst = worstOf(beat);
  if (worst === null) return EMPTY;
  if (worst === 'up' || beat.up === 0) return [{ kind: worst, share: SHARES[worst], offset: null }];
  const trouble = Math.max(LEAST_TROUBLE, 1 - beat.up / (beat.up + beat.down + beat.unknown));
  return [
    { kind: worst, share: trouble, offset: 0 },
    { kind: 'up', share: 1 - trouble, offset: trouble },
  ];
}

function barPath(x: number, width: number, full: number, share: number, offset: number | null): string {
  const height = round(full * share);
  const top = round(offset === null ? (full - height) / 2 : full * offset);
  const r = Math.min(1.5, height / 2, width / 2);
  const w = round(width - 2 * r);
  const h = round(height - 2 * r);
  return `M${round(x)} ${round(top + r)}a${r} ${r} 0 0 1 ${r}-${r}h${w}a${r} ${r} 0 0 1 ${r} ${r}v${h}a${r} ${r} 0 0 1-${r} ${r}h-${w}a${r} ${r} 0 0 1-${r}-${r}z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
