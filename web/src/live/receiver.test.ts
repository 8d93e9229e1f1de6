import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '@/api/queries';
import { LiveReceiver, progressKey } from './receiver';

vi.hoisted(() => vi.stubGlobal('document', { baseURI: 'http://127.0.0.1/' }));

describe('what was asked for before the stream was ready', () => {
  let cache: QueryClient;
  let read: ReturnType<typeof vi.fn<() => Promise<string>>>;

  beforeEach(() => {
    cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    read = vi.fn<() => Promise<string>>();
  });

  const watch = () => cache.getQueryCache().find({ queryKey: keys.monitors });

  it('is marked to be read once more', async () => {
    read.mockResolvedValue('before');
    await cache.prefetchQuery({ queryKey: keys.monitors, queryFn: read });
    new LiveReceiver(cache).receive('stream.ready', '{}');
    await vi.waitFor(() => expect(watch()?.state.isInvalidated).toBe(true));
  });

  it('is shown first when it is still on its way', async () => {
    let answer: (value: string) => void = () => undefined;
    read.mockReturnValueOnce(new Promise((done) => (answer = done)));
    const first = cache.fetchQuery({ queryKey: keys.monitors, queryFn: read });
    new LiveReceiver(cache).receive('stream.ready', '{}');
    expect(watch()?.state.isInvalidated).toBe(false);
    answer('before');
    expect(await first).toBe('before');
    await vi.waitFor(() => expect(watch()?.state.isInvalidated).toBe(true));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('does not include the progress that only the stream knows, which is unknown then', () => {
    cache.setQueryData(progressKey, { slot: 's', done: 1, total: 2, finished: null });
    new LiveReceiver(cache).receive('stream.reset', '{}');
    expect(cache.getQueryData(progressKey)).toBeNull();
  });
});
