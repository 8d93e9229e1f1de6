import { useSyncExternalStore } from 'react';
import { serverNow } from '@/api/clock';

/** One timer for each step, however many components look at it. */
class Ticker {
  private readonly listeners = new Set<() => void>();
  private timer = 0;
  private now = serverNow();

  constructor(private readonly stepMs: number) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) this.startTimer();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) window.clearInterval(this.timer);
    };
  };

  readonly read = (): number => this.now;

  private startTimer(): void {
    this.now = serverNow();
    this.timer = window.setInterval(() => {
      this.now = serverNow();
      for (const listener of this.listeners) listener();
    }, this.stepMs);
  }
}

const tickers = { second: new Ticker(1000), slow: new Ticker(10_000) };

/** The server's time, new every second, or every ten for texts that change slowly. */
export function useNow(step: keyof typeof tickers): number {
  return useSyncExternalStore(tickers[step].subscribe, tickers[step].read);
}
