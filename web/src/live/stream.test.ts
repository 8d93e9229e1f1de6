import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream, type LiveState } from './stream';

/** The browser's object, moved by hand. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    FakeSource.made.push(this);
  }

  close() {
    this.readyState = 2;
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  breakOff() {
    this.readyState = 0;
    this.onerror?.();
  }

  refuse() {
    this.readyState = 2;
    this.onerror?.();
  }
}

class FakeDocument extends EventTarget {
  hidden = false;
}

describe('the event stream', () => {
  let page: FakeDocument;
  let states: LiveState[];
  const onRefused = vi.fn();
  const onEvent = vi.fn();
  let stream: EventStream;
  const newest = () => FakeSource.made.at(-1) as FakeSource;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    FakeSource.made = [];
    page = new FakeDocument();
    states = [];
    const window = Object.assign(new EventTarget(), {
      setTimeout: globalThis.setTimeout.bind(globalThis),
      clearTimeout: globalThis.clearTimeout.bind(globalThis),
    });
    vi.stubGlobal('window', window);
    vi.stubGlobal('document', page);
    vi.stubGlobal('navigator', { onLine: true });
    vi.stubGlobal('EventSource', FakeSource);
    stream = new EventStream('/events', { onState: (state) => states.push(state), onEvent, onRefused });
    stream.start();
  });

  afterEach(() => {
    stream.stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is live once it is open, and hands on what comes', () => {
    newest().open();
    newest().dispatchEvent(new MessageEvent('round.started', { data: '{"total":3}' }));
    expect(states).toEqual(['connecting', 'live']);
    expect(onEvent).toHaveBeenCalledWith('round.started', '{"total":3}');
  });

  it('lets the browser mend a broken connection', () => {
    newest().open();
    newest().breakOff();
    newest().open();
    expect(states).toEqual(['connecting', 'live', 'reconnecting', 'live']);
    expect(FakeSource.made).toHaveLength(1);
  });

  it('says offline when the trouble lasts', () => {
    newest().open();
    newest().breakOff();
    vi.advanceTimersByTime(20_000);
    expect(states.at(-1)).toBe('offline');
  });

  it('tries again after a refusal, later and later', () => {
    newest().open();
    newest().refuse();
    expect(onRefused).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(FakeSource.made).toHaveLength(2);
    newest().refuse();
    vi.advanceTimersByTime(1999);
    expect(FakeSource.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    newest().open();
    expect(states.at(-1)).toBe('live');
  });

  it('lets go while nobody looks, and comes back', () => {
    newest().open();
    page.hidden = true;
    page.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(60_000);
    expect(newest().readyState).toBe(FakeSource.CLOSED);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    newest().open();
    expect(FakeSource.made).toHaveLength(2);
  });

  it('keeps the connection when one looks away for a moment', () => {
    newest().open();
    page.hidden = true;
    page.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(30_000);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(newest().readyState).toBe(1);
  });

  it('does nothing any more after stop', () => {
    newest().refuse();
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.made).toHaveLength(1);
  });
});
