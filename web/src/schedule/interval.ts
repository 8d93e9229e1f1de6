import { parseWhole } from '@/ui/form';
import { LIMITS } from '@/ui/limits';

/** Null for what is not a whole number from 1 to 1440. */
export function parseInterval(text: string): number | null {
  return parseWhole(text, LIMITS.intervalMinutes.min, LIMITS.intervalMinutes.max);
}
