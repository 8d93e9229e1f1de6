import type { Monitor } from '@/api/types';

/** What a monitor watches, as one would say it: "example.org/login", "mail.example.org:25". */
export function targetText(monitor: Pick<Monitor, 'kind' | 'config'>): string {
  const { config } = monitor;
  if ('url' in config) return config.url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return `${config.host}:${config.port}`;
}

/** The last measured latency; null where there is none that means anything. */
export function latencyOf(monitor: Monitor): number | null {
  return monitor.lastCheck?.verdict === 'up' ? monitor.lastCheck.timings.totalMs : null;
}
