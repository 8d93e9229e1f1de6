import type { ReactNode } from 'react';
import { classes } from './classes';

/** Scrolls sideways where a table is wider than the screen; by keyboard too, hence the tab stop and the name. */
export function ScrollArea({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} tabIndex={0} className={classes('overflow-x-auto', className)}>
      {children}
    </div>
  );
}
