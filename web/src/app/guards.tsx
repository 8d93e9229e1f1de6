import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { sessionQuery } from '@/api/queries';
import type { Me } from '@/api/types';
import { chooseLanguage } from '@/i18n/language';
import { LiveProvider } from '@/live/LiveProvider';
import { chooseTheme } from '@/theme/theme';
import { Button } from '@/ui/Button';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { useTranslation } from 'react-i18next';
import { MeContext, useMe } from './me';
import { NotFoundPage } from './NotFoundPage';
import { rememberSignedIn } from './remembered';
import { Shell } from './Shell';

/** What it guards is shown to somebody who is signed in; others are led to the sign-in, and back afterwards. */
export function SignedInOnly() {
  const session = useQuery(sessionQuery);
  const location = useLocation();
  const user = session.data?.user;
  useChoicesOf(user);

  if (session.isPending) return <Loading />;
  if (session.isError && !session.data) return <Unreachable error={session.error} onRetry={() => void session.refetch()} />;
  if (!user) {
    const from = location.pathname + location.search;
    return <Navigate to="/sign-in" replace state={from === '/' ? undefined : { from }} />;
  }
  return (
    <MeContext value={user}>
      <LiveProvider key={user.id}>
        <Shell>
          <Outlet />
        </Shell>
      </LiveProvider>
    </MeContext>
  );
}

/** For others it is as if the page did not exist. */
export function AdminOnly() {
  return useMe().role === 'admin' ? <Outlet /> : <NotFoundPage />;
}

/** Language and appearance of the account win over what this browser remembers. */
function useChoicesOf(user: Me | null | undefined) {
  const known = user !== undefined;
  const language = user?.language;
  const theme = user?.theme;
  const signedIn = Boolean(user);
  useEffect(() => {
    if (known) rememberSignedIn(signedIn);
  }, [known, signedIn]);
  useEffect(() => {
    if (language !== undefined) void chooseLanguage(language);
  }, [language]);
  useEffect(() => {
    if (theme) chooseTheme(theme);
  }, [theme]);
}

function Unreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="mx-auto grid max-w-md gap-3 px-4 py-16">
      <ErrorNotice error={error} />
      <Button onClick={onRetry}>{t('action.retry')}</Button>
    </main>
  );
}
