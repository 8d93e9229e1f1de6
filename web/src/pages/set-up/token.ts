/**
 * The one-time token of the set-up link. It stands in the fragment, which no browser sends anywhere:
 * "#3q2-7wAAZk…" or "#token=3q2-7wAAZk…".
 */
export function tokenOf(fragment: string): string | null {
  const text = fragment.replace(/^#/, '');
  const token = text.startsWith('token=') ? text.slice('token='.length) : text;
  return token === '' ? null : decodeURIComponent(token);
}
