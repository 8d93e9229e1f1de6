import { useSyncExternalStore } from 'react';
import type { Theme } from '@/api/types';

// Also read by boot.js, which sets the theme before the first paint.
const STORAGE_KEY = 'watchbill.theme';

const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function themeChoice(): Theme {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, theme);
  apply();
}

/** "light" or "dark", whatever leads to it; for what is drawn by hand (the chart). */
export function useShownTheme(): string {
  return useSyncExternalStore(subscribe, shownTheme);
}

function shownTheme(): string {
  return document.documentElement.dataset.theme ?? 'light';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(): void {
  const choice = themeChoice();
  const shown = choice === 'system' ? (systemIsDark.matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset.theme = shown;
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', shown === 'dark' ? '#10141a' : '#f7f9fb');
  for (const listener of listeners) listener();
}

systemIsDark.addEventListener('change', apply);
apply();
