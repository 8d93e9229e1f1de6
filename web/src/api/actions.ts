import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { beginSession, endSession, updateMe } from './cache';
import { call, client } from './client';
import type { ApiError } from './error';
import { keys } from './queries';
import type {
  Monitor,
  MonitorCreate,
  MonitorList,
  MonitorPatch,
  MonitorTarget,
  QueueChange,
  QueueClean,
  Schedule,
  SchedulePatch,
  TokenAccess,
  UserCreate,
  UserPatch,
} from './types';

/** A write: `perform` does it, `settle` brings the cache in step with its answer. */
function useAction<I, O>(perform: (input: I) => Promise<O>, settle?: (cache: QueryClient, answer: O, input: I) => unknown) {
  const cache = useQueryClient();
  return useMutation<O, ApiError, I>({
    mutationFn: perform,
    onSuccess: (answer, input) => {
      void settle?.(cache, answer, input);
    },
  });
}

export const useSignIn = () =>
  useAction((body: { email: string; password: string }) => call(client.POST('/api/v1/session', { body })), beginSession);

export const useSignOut = () => useAction(() => call(client.DELETE('/api/v1/session')), endSession);

export interface SetupInput {
  token: string;
  email: string;
  password: string;
  name: string;
  language: 'en' | 'zh-CN';
}

export const useCompleteSetup = () =>
  useAction((body: SetupInput) => call(client.POST('/api/v1/setup', { body })), beginSession);

export interface MeInput {
  name?: string;
  email?: string;
  currentPassword?: string;
  language?: 'en' | 'zh-CN' | null;
  theme?: 'system' | 'light' | 'dark';
}

export const useUpdateMe = () => useAction((body: MeInput) => call(client.PATCH('/api/v1/me', { body })), updateMe);

export const useChangePassword = () =>
  useAction((body: { currentPassword: string; newPassword: string }) => call(client.POST('/api/v1/me/password', { body })));

export const useCreateToken = () =>
  useAction((body: { name: string; access: TokenAccess }) => call(client.POST('/api/v1/me/tokens', { body })), (cache) =>
    cache.invalidateQueries({ queryKey: keys.tokens }),
  );

export const useRevokeToken = () =>
  useAction(
    (tokenId: string) => call(client.DELETE('/api/v1/me/tokens/{tokenId}', { params: { path: { tokenId } } })),
    (cache) => cache.invalidateQueries({ queryKey: keys.tokens }),
  );

export const useUpdateSchedule = () =>
  useAction((body: SchedulePatch) => call(client.PATCH('/api/v1/schedule', { body })), keepSchedule);

export const useRunNow = () => useAction(() => call(client.POST('/api/v1/schedule/run')), keepSchedule);

export const useCreateMonitor = () =>
  useAction((body: MonitorCreate) => call(client.POST('/api/v1/monitors', { body })), keepMonitor);

export const useUpdateMonitor = (monitorId: string) =>
  useAction(
    (body: MonitorPatch) => call(client.PATCH('/api/v1/monitors/{monitorId}', { params: { path: { monitorId } }, body })),
    keepMonitor,
  );

export const useSetPaused = (monitorId: string) =>
  useAction(
    (paused: boolean) =>
      paused
        ? call(client.POST('/api/v1/monitors/{monitorId}/pause', { params: { path: { monitorId } } }))
        : call(client.POST('/api/v1/monitors/{monitorId}/resume', { params: { path: { monitorId } } })),
    keepMonitor,
  );

export const useDeleteMonitor = (monitorId: string) =>
  useAction(
    () => call(client.DELETE('/api/v1/monitors/{monitorId}', { params: { path: { monitorId } } })),
    (cache) => dropMonitor(cache, monitorId),
  );

export const useTestMonitor = (monitorId: string) =>
  useAction(() => call(client.POST('/api/v1/monitors/{monitorId}/test', { params: { path: { monitorId } } })));

export const useTestConfig = () =>
  useAction((body: MonitorTarget) => call(client.POST('/api/v1/monitors/test', { body })));

const readUsersAgain = (cache: QueryClient) => cache.invalidateQueries({ queryKey: keys.users });

export const useCreateUser = () =>
  useAction((body: UserCreate) => call(client.POST('/api/v1/users', { body })), readUsersAgain);

export const useUpdateUser = (userId: string) =>
  useAction(
    (body: UserPatch) => call(client.PATCH('/api/v1/users/{userId}', { params: { path: { userId } }, body })),
    readUsersAgain,
  );

export const useResetPassword = (userId: string) =>
  useAction((password: string) =>
    call(client.POST('/api/v1/users/{userId}/password', { params: { path: { userId } }, body: { password } })),
  );

export const useDeleteUser = (userId: string) =>
  useAction(() => call(client.DELETE('/api/v1/users/{userId}', { params: { path: { userId } } })), readUsersAgain);

/** What can be done to the queue; all but the last without any choice. */
export type QueueAction = 'pause' | 'resume' | 'retry' | { clean: QueueClean };

function performQueueAction(action: QueueAction): Promise<QueueChange> {
  if (action === 'pause') return call(client.POST('/api/v1/operations/queue/pause'));
  if (action === 'resume') return call(client.POST('/api/v1/operations/queue/resume'));
  if (action === 'retry') return call(client.POST('/api/v1/operations/queue/retry'));
  return call(client.POST('/api/v1/operations/queue/clean', { body: action.clean }));
}

export const useQueueAction = () =>
  useAction(performQueueAction, (cache) => cache.invalidateQueries({ queryKey: keys.operations }));

export function keepSchedule(cache: QueryClient, schedule: Schedule): void {
  cache.setQueryData<Schedule>(keys.schedule, schedule);
}

/** Replaces the monitor in the list, or adds it at the end, where the server's order has new ones. */
export function keepMonitor(cache: QueryClient, monitor: Monitor): void {
  cache.setQueryData<MonitorList>(keys.monitors, (list) => {
    if (!list) return list;
    const known = list.items.some((item) => item.id === monitor.id);
    const items = known ? list.items.map((item) => (item.id === monitor.id ? monitor : item)) : [...list.items, monitor];
    return { ...list, items };
  });
}

export function dropMonitor(cache: QueryClient, monitorId: string): void {
  cache.setQueryData<MonitorList>(
    keys.monitors,
    (list) => list && { ...list, items: list.items.filter((item) => item.id !== monitorId) },
  );
}
