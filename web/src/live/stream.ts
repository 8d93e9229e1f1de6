/** How the page stands to the server's event stream. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface StreamHandlers {
  onState(state: LiveState): void;
  /** `data` as it came. */
  onEvent(name: string, data: string): void;
  /** The server refused the stream; the session may be over. */
  onRefused(): void;
}

export const EVENT_NAMES = [
  'monitor.changed',
  'round.started',
  'check.finished',
  'round.finished',
  'schedule.changed',
  'stream.ready',
  'stream.reset',
] as const;

const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
/** A browser allows six connections to a server over HTTP/1.1: a page that nobody sees lets go of its own. */
const HIDDEN_GRACE_MS = 60_000;
/** Trouble shorter than this is "reconnecting", not "offline". */
const OFFLINE_AFTER_MS = 20_000;

/**
 * One EventSource for the whole page. The browser mends broken connections by itself and then sends
 * Last-Event-ID; only where it gives up (an answer that is not 200), or the page was hidden, a new one is made,
 * which the server greets with `stream.ready`.
 */
export class EventStream {
  private source: EventSource | null = null;
  private failures = 0;
  private retryTimer = 0;
  private offlineTimer = 0;
  private hiddenTimer = 0;

  constructor(
    private readonly url: string,
    private readonly handlers: StreamHandlers,
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', this.onVisibility);
    window.addEventListener('online', this.reopen);
    window.addEventListener('offline', this.onOffline);
    this.handlers.onState('connecting');
    this.open();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.onVisibility);
    window.removeEventListener('online', this.reopen);
    window.removeEventListener('offline', this.onOffline);
    this.clearTimers();
    this.close();
  }

  private open(): void {
    this.close();
    const source = new EventSource(this.url);
    this.source = source;
    source.onopen = () => this.onOpen();
    source.onerror = () => this.onError(source);
    for (const name of EVENT_NAMES)
      source.addEventListener(name, (event: MessageEvent<string>) => this.handlers.onEvent(name, event.data));
  }

  private close(): void {
    this.source?.close();
    this.source = null;
  }

  private onOpen(): void {
    this.failures = 0;
    window.clearTimeout(this.offlineTimer);
    this.offlineTimer = 0;
    this.handlers.onState('live');
  }

  private onError(source: EventSource): void {
    if (source !== this.source) return;
    this.markTrouble();
    if (source.readyState !== EventSource.CLOSED) return;
    this.handlers.onRefused();
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 1000;
    this.failures += 1;
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.open(), delay);
  }

  private markTrouble(): void {
    if (!navigator.onLine) this.handlers.onState('offline');
    else if (!this.offlineTimer) {
      this.handlers.onState('reconnecting');
      this.offlineTimer = window.setTimeout(() => this.handlers.onState('offline'), OFFLINE_AFTER_MS);
    }
  }

  private readonly onOffline = (): void => this.handlers.onState('offline');

  private readonly reopen = (): void => {
    this.clearTimers();
    this.handlers.onState('reconnecting');
    this.open();
  };

  private readonly onVisibility = (): void => {
    window.clearTimeout(this.hiddenTimer);
    if (document.hidden) this.hiddenTimer = window.setTimeout(() => this.pause(), HIDDEN_GRACE_MS);
    else if (!this.source) this.reopen();
  };

  private pause(): void {
    this.clearTimers();
    this.close();
    this.handlers.onState('reconnecting');
  }

  private clearTimers(): void {
    for (const timer of [this.retryTimer, this.offlineTimer, this.hiddenTimer]) window.clearTimeout(timer);
    this.offlineTimer = 0;
  }
}
