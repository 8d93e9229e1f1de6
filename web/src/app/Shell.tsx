import { type ReactNode, type RefObject, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation, useNavigationType } from 'react-router';
import { classes } from '@/ui/classes';
import { Icon, type IconName, Logo } from '@/ui/Icon';
import { Loading } from '@/ui/Page';
import { Toasts } from '@/ui/Toasts';
import { AccountMenu } from './AccountMenu';
import { AdminWarnings } from './AdminWarnings';
import { useDownMark } from './down-mark';
import { LiveMark } from './LiveMark';
import { useMe } from './me';
import { Shortcuts } from './Shortcuts';

/** What surrounds every page of somebody who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  useDownMark();
  useFreshStart(main);
  return (
    <div className="pb-[calc(4rem+env(safe-area-inset-bottom))] sm:pb-8">
      <button
        type="button"
        onClick={() => main.current?.focus()}
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-[7px] focus:bg-surface focus:px-3 focus:py-2 focus:shadow-raised"
      >
        {t('app.skipToContent')}
      </button>
      <header className="sticky top-0 z-20 border-b border-line bg-surface">
        <div className="mx-auto flex h-13 max-w-6xl items-center gap-1 px-4">
          <Link to="/" className="mr-3 flex items-center gap-2 rounded-[6px] py-1 text-lg font-semibold tracking-tight">
            <Logo />
            {t('app.name')}
          </Link>
          <MainNavigation className="flex gap-0.5 max-sm:hidden" />
          <div className="ml-auto flex items-center gap-1">
            <LiveMark />
            <AccountMenu />
          </div>
        </div>
      </header>
      <main ref={main} tabIndex={-1} className="mx-auto max-w-6xl px-4 pt-5 outline-none max-sm:px-3 max-sm:pt-3">
        <AdminWarnings />
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
      <MainNavigation
        isBar
        className="fixed inset-x-0 bottom-0 z-20 grid auto-cols-fr grid-flow-col border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
      />
      <Toasts />
      <Shortcuts />
    </div>
  );
}

/** A new page begins at its top, and with the focus in it; going back, the browser restores what was. */
function useFreshStart(main: RefObject<HTMLElement | null>) {
  const { pathname } = useLocation();
  const navigation = useNavigationType();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (navigation === 'POP') return;
    window.scrollTo(0, 0);
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [main, navigation, pathname]);
}

interface Entry {
  to: string;
  label: 'nav.monitors' | 'nav.rounds' | 'nav.settings' | 'nav.users' | 'nav.operations';
  icon: IconName;
}

const ENTRIES: Entry[] = [
  { to: '/', label: 'nav.monitors', icon: 'pulse' },
  { to: '/rounds', label: 'nav.rounds', icon: 'history' },
  { to: '/settings', label: 'nav.settings', icon: 'settings' },
];

const ADMIN_ENTRIES: Entry[] = [
  { to: '/users', label: 'nav.users', icon: 'users' },
  { to: '/operations', label: 'nav.operations', icon: 'layers' },
];

/** On phones a bar at the thumb, elsewhere a row in the header. Only one of the two is shown, and read out. */
function MainNavigation({ className, isBar = false }: { className: string; isBar?: boolean }) {
  const { t } = useTranslation();
  const entries = useMe().role === 'admin' ? [...ENTRIES, ...ADMIN_ENTRIES] : ENTRIES;
  return (
    <nav aria-label={t('nav.main')} className={className}>
      {entries.map(({ to, label, icon }) => (
        <NavLink
          key={to}
          to={to}
          end={to === '/'}
          className={({ isActive }) =>
            classes(
              'flex items-center',
              isBar ? 'min-h-14 flex-col justify-center gap-0.5 text-2xs' : 'min-h-9 gap-1.5 rounded-[7px] px-2.5',
              isActive ? 'font-medium text-accent' : 'text-muted hover:text-ink',
              !isBar && (isActive ? 'bg-accent-soft' : 'hover:bg-sunken'),
            )
          }
        >
          <Icon name={icon} className={isBar ? 'size-5' : 'size-4'} />
          {t(label)}
        </NavLink>
      ))}
    </nav>
  );
}
