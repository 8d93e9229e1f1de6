import { useTranslation } from 'react-i18next';
import { ButtonLink } from '@/ui/Button';
import { usePageTitle } from '@/ui/Page';

export function NotFoundPage({ text }: { text?: string }) {
  const { t } = useTranslation();
  usePageTitle(t('app.notFoundTitle'));
  return (
    <div className="grid justify-items-center gap-2 py-16 text-center">
      <h1 className="text-xl font-semibold">{t('app.notFoundTitle')}</h1>
      <p className="text-muted">{text ?? t('app.notFoundText')}</p>
      <ButtonLink to="/" className="mt-3" icon="arrowLeft">
        {t('app.backToMonitors')}
      </ButtonLink>
    </div>
  );
}
