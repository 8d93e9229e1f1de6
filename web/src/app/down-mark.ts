import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { monitorsQuery } from '@/api/queries';

/** Shows in the window's title and icon how many monitors are down, also while another tab is in front. */
export function useDownMark(): void {
  const { data: down = 0 } = useQuery({
    ...monitorsQuery,
    select: (list) => list.items.filter((monitor) => monitor.state === 'down').length,
  });
  useEffect(() => {
    mark(down);
    return () => mark(0);
  }, [down]);
}

function mark(down: number): void {
  const title = document.title.replace(/^\(\d+\) /, '');
  document.title = down > 0 ? `(${down}) ${title}` : title;
  document.querySelector('link[rel=icon]')?.setAttribute('href', down > 0 ? './favicon-down.svg' : './favicon.svg');
}
