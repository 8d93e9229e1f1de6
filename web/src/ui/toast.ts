import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** A short confirmation at the edge of the page. Never the only place of something important. */
export function showToast(text: string): void {
  const id = ++lastId;
  set([...toasts, { id, text }]);
  window.setTimeout(() => dismissToast(id), SHOWN_MS);
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
