/** A line that fills its height with less than this share of its values would make a mountain of noise. */
const LEAST_SPAN = 0.4;

/** The line through `values`, the highest at the top; a null breaks it. */
export function sparklinePath(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const top = Math.max(...known);
  const low = Math.min(...known);
  const span = Math.max(top - low, top * LEAST_SPAN, 0.001);
  const middle = (top + low) / 2;
  const step = width / Math.max(1, values.length - 1);
  let path = '';
  let penDown = false;
  values.forEach((value, index) => {
    if (value === null) {
      penDown = false;
      return;
    }
    const y = height / 2 - ((value - middle) / span) * (height - 4);
    path += `${penDown ? 'L' : 'M'}${round(index * step)} ${round(y)}`;
    // A single check between two gaps would be no line at all.
    if (!penDown && (values[index + 1] ?? null) === null) path += 'h0.01';
    penDown = true;
  });
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
