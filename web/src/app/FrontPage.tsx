import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSelect, ThemeSelect } from '@/ui/choices';
import { Logo } from '@/ui/Icon';
import { Toasts } from '@/ui/Toasts';

/** The frame of what one sees before one is signed in. */
export function FrontPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex min-h-dvh max-w-md flex-col px-4 py-8 sm:py-14">
      <header className="mb-6 flex items-center gap-3">
        <Logo className="size-9" />
        <div>
          <p className="text-lg leading-tight font-semibold tracking-tight">{t('app.name')}</p>
          <p className="text-sm text-muted">{t('app.tagline')}</p>
        </div>
      </header>
      <main className="card p-5 sm:p-6">{children}</main>
      <footer className="mt-4 flex flex-wrap gap-3">
        <LanguageSelect />
        <ThemeSelect />
      </footer>
      <Toasts />
    </div>
  );
}
