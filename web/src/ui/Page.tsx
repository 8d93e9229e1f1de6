import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Spinner } from './Button';
import { classes } from './classes';

/** The frame of a page: its heading (also the window's title), what can be done, and its content. */
export function Page({ title, actions, children, narrow = false }: { title: string; actions?: ReactNode; children: ReactNode; narrow?: boolean }) {
  usePageTitle(title);
  return (
    <div className={classes('grid grid-cols-[minmax(0,1fr)] gap-4', narrow && 'mx-auto max-w-3xl')}>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** "Settings – watchbill"; `DownMark` of the shell puts a count in front while something is down. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    const name = `${title} – watchbill`;
    document.title = document.title.replace(/^(\(\d+\) )?.*/, `$1${name}`);
  }, [title]);
}

export function Loading() {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex items-center justify-center gap-2 py-16 text-muted">
      <Spinner />
      {t('app.loading')}
    </div>
  );
}
