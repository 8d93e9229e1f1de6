/**
 * The server's clock, as far as its answers tell: countdowns to `nextRunAt` must not depend on a wrong clock
 * of the reader's machine. The header `Date` has whole seconds, so smaller differences are left alone.
 */
const TOLERANCE_MS = 2000;

let offsetMs = 0;

export function learnServerTime(dateHeader: string | null, now = Date.now()): void {
  const server = Date.parse(dateHeader ?? '');
  if (Number.isNaN(server)) return;
  const difference = server - now;
  offsetMs = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
}

export function serverNow(): number {
  return Date.now() + offsetMs;
}
