/** Opens the sheet from anywhere; Shortcuts listens. */
const OPEN = 'watchbill:shortcuts';

export function openShortcutSheet(): void {
  window.dispatchEvent(new Event(OPEN));
}

export function onShortcutSheet(listener: () => void): () => void {
  window.addEventListener(OPEN, listener);
  return () => window.removeEventListener(OPEN, listener);
}
