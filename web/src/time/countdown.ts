/** What is left until a time, for a clock that ticks by the second. */
export interface Countdown {
  /** Whole seconds, rounded up: it shows 0 only when the time has come. */
  seconds: number;
  isDue: boolean;
  /** "04:12", "1:04:12". */
  text: string;
}

export function countdownTo(target: number, now: number): Countdown {
  const seconds = Math.max(0, Math.ceil((target - now) / 1000));
  return { seconds, isDue: seconds === 0, text: clockText(seconds) };
}

function clockText(total: number): string {
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const parts = [minutes, total % 60].map((part) => String(part).padStart(2, '0'));
  return hours > 0 ? [hours, ...parts].join(':') : parts.join(':');
}
