import type uPlot from 'uplot';
import { PHASES, PHASE_COLOUR } from '@/monitors/phases';
import { formatMs, formatTime } from '@/time/format';
import type { Trouble } from './chart-data';

export const CHART_HEIGHT = 220;

const DAY_SECONDS = 86_400;
const TROUBLE_COLOUR = { down: '--down-mark', unknown: '--unknown-mark' } as const;

interface ChartParams {
  width: number;
  language: string;
  /** Milliseconds; read at every drawing. */
  window: () => { from: number; to: number };
  troubles: () => readonly Trouble[];
  /** The index of the check under the pointer. */
  onPoint: (index: number | null) => void;
}

export function chartOptions({ width, language, window, troubles, onPoint }: ChartParams): uPlot.Options {
  const colour = colourReader();
  return {
    width,
    height: CHART_HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    padding: [8, 4, 0, 0],
    scales: {
      x: { time: true, range: () => [window().from / 1000, window().to / 1000] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
    },
    axes: [timeAxis(language, colour), latencyAxis(language, colour)],
    series: [{}, ...phaseSeries(colour)],
    hooks: {
      drawClear: [(plot) => drawTroubles(plot, troubles(), colour)],
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
    },
  };
}

type Colour = (name: string) => string;

function colourReader(): Colour {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

function phaseSeries(colour: Colour): uPlot.Series[] {
  return [...PHASES].reverse().map((phase) => ({
    fill: colour(PHASE_COLOUR[phase]),
    stroke: colour(PHASE_COLOUR[phase]),
    width: 1,
    // An area of one or two checks would be invisible.
    points: { show: (_plot, _series, first, last) => last - first < 2, size: 5 },
    spanGaps: false,
  }));
}

function timeAxis(language: string, colour: Colour): uPlot.Axis {
  return {
    ...axisLook(colour),
    size: 26,
    space: 70,
    values: (_plot, splits, _axis, _space, increment) =>
      splits.map((seconds) => formatTime(seconds * 1000, increment >= DAY_SECONDS ? 'date' : styleOf(increment, seconds), language)),
  };
}

// Midnight carries the date, so that a window over two days can be read.
function styleOf(increment: number, seconds: number): 'seconds' | 'time' | 'dateTime' {
  if (increment < 60) return 'seconds';
  const time = new Date(seconds * 1000);
  return increment >= DAY_SECONDS / 8 && time.getHours() === 0 ? 'dateTime' : 'time';
}

function latencyAxis(language: string, colour: Colour): uPlot.Axis {
  return {
    ...axisLook(colour),
    size: 62,
    values: (_plot, splits) => splits.map((ms) => formatMs(ms, language)),
  };
}

function axisLook(colour: Colour): uPlot.Axis {
  return {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
}

/** Behind the curves: where the target was down, or could not be measured. */
function drawTroubles(plot: uPlot, found: readonly Trouble[], colour: Colour): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { fromSeconds, toSeconds, verdict } of found) {
    const left = Math.max(bbox.left, plot.valToPos(fromSeconds, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(toSeconds, 'x', true));
    ctx.fillStyle = colour(TROUBLE_COLOUR[verdict]);
    ctx.globalAlpha = 0.16;
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(left, bbox.top + bbox.height - 4, Math.max(2, right - left), 4);
  }
  ctx.restore();
}
