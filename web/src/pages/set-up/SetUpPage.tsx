import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { sessionQuery } from '@/api/queries';
import { FrontPage } from '@/app/FrontPage';
import { ButtonLink } from '@/ui/Button';
import { Loading, usePageTitle } from '@/ui/Page';
import { AccountStep } from './AccountStep';
import { IntervalStep } from './IntervalStep';
import { LanguageStep } from './LanguageStep';
import { MonitorStep } from './MonitorStep';
import { StepTitle } from './StepTitle';
import { tokenOf } from './token';

const STEPS = 4;

export default function SetUpPage() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const [token] = useState(() => tokenOf(window.location.hash));
  const [step, setStep] = useState(1);
  const navigate = useNavigate();
  usePageTitle(t('setup.title'));
  const next = () => setStep(step + 1);

  if (session.isPending) return <Loading />;
  if (session.data?.user && step <= 2) return <Navigate to="/" replace />;
  if (!token) return <LinkMissing />;
  return (
    <FrontPage>
      <p className="mb-1 text-sm text-muted">
        {t('setup.title')} · {t('setup.step', { step, total: STEPS })}
      </p>
      {step === 1 && <LanguageStep onDone={next} />}
      {step === 2 && <AccountStep token={token} onDone={() => setStep(3)} />}
      {step === 3 && <IntervalStep onDone={next} />}
      {step === 4 && <MonitorStep onDone={() => void navigate('/', { replace: true })} />}
    </FrontPage>
  );
}


function LinkMissing() {
  const { t } = useTranslation();
  return (
    <FrontPage>
      <StepTitle title={t('setup.linkMissingTitle')} text={t('setup.linkMissingText')} />
      <ButtonLink to="/sign-in">{t('setup.goToSignIn')}</ButtonLink>
    </FrontPage>
  );
}
