import { useQuery } from '@tanstack/react-query';
import { monitorsQuery } from '@/api/queries';
import type { Monitor } from '@/api/types';

/** One of my monitors, out of the list that is kept live anyway. Undefined when there is no such monitor. */
export function useMonitor(monitorId: string): { monitor: Monitor | undefined; isPending: boolean; error: unknown } {
  const { data, isPending, error } = useQuery({
    ...monitorsQuery,
    select: (list) => list.items.find((monitor) => monitor.id === monitorId),
  });
  return { monitor: data, isPending, error: data ? null : error };
}
