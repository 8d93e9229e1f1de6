/** Times and durations as text. Pure: language and zone come as parameters, so that tests can fix them. */

const formatters = new Map<string, Intl.DateTimeFormat>();

export type TimeStyle = 'time' | 'seconds' | 'date' | 'dateTime' | 'compact' | 'full';

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  dateTime: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  compact: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  full: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
};

export function formatTime(at: number, style: TimeStyle, language: string, timeZone?: string): string {
  const key = `${style} ${language} ${timeZone ?? ''}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language, timeZone ? { ...STYLES[style], timeZone } : STYLES[style]);
    formatters.set(key, formatter);
  }
  return formatter.format(at);
}

/** "2026-03-01 08:15:00 UTC", for the hover text and for comparing with logs. */
export function formatUtc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const RELATIVE_UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 minutes ago", "in 2 hours"; seconds are rounded to tens, so that the text does not flicker. */
export function formatRelative(at: number, now: number, language: string): string {
  const seconds = Math.round((at - now) / 1000);
  const formatter = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of RELATIVE_UNITS)
    if (Math.abs(seconds) >= size) return formatter.format(Math.trunc(seconds / size), unit);
  return formatter.format(Math.abs(seconds) < 10 ? 0 : Math.trunc(seconds / 10) * 10, 'second');
}

/** "0.42 ms", "8.4 ms", "184 ms", "1.23 s", "42 s". */
export function formatMs(ms: number, language: string): string {
  if (ms < 999.5) return unitText(ms, digitsOf(ms, [1, 2], [10, 1]), 'millisecond', language);
  return unitText(ms / 1000, digitsOf(ms / 1000, [10, 2], [30, 1]), 'second', language);
}

function digitsOf(value: number, ...steps: [below: number, digits: number][]): number {
  return steps.find(([below]) => value < below)?.[1] ?? 0;
}

// Our own letters, not Intl's: in Chinese text "ms" and "s" are what one reads beside a chart.
function unitText(value: number, digits: number, unit: 'millisecond' | 'second', language: string): string {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return `${number} ${unit === 'second' ? 's' : 'ms'}`;
}

/** A share between 0 and 1: "100%", "99.98%". Never rounded up to a hundred that it is not. */
export function formatShare(share: number, language: string): string {
  const shown = share < 1 ? Math.min(share, 0.9999) : share;
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }).format(shown);
}

const DURATION_UNITS: [unit: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** A long time in its two largest units: "45 sec", "3 min 20 sec", "2 hr 5 min". */
export function formatDuration(ms: number, language: string): string {
  let rest = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (unit === 'second' && parts.length === 0))
      parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}
