// Numbers that sum up others; without imports, so that a program that is measured itself can use them.

export function median(values) {
  return percentile(values, 50);
}

/** Nearest rank. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}

export const round = (value, digits = 1) => Number(value.toFixed(digits));
