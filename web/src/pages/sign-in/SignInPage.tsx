import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { useSignIn } from '@/api/actions';
import { sessionQuery } from '@/api/queries';
import { FrontPage } from '@/app/FrontPage';
import { Button } from '@/ui/Button';
import { PasswordField, TextField } from '@/ui/Field';
import { type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { Notice } from '@/ui/Notice';
import { usePageTitle } from '@/ui/Page';

const FIELDS = { email: {}, password: {} };

export default function SignInPage() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const from = (useLocation().state as { from?: string } | null)?.from;
  usePageTitle(t('signIn.title'));
  if (session.data?.user) return <Navigate to={from ?? '/'} replace />;
  return (
    <FrontPage>
      <h1 className="mb-4 text-xl font-semibold tracking-tight">{t('signIn.title')}</h1>
      {session.data?.setupNeeded ? (
        <Notice tone="info" className="mb-4">
          {t('signIn.setupNeeded')}
        </Notice>
      ) : (
        from && (
          <Notice tone="info" className="mb-4">
            {t('signIn.again')}
          </Notice>
        )
      )}
      <SignInForm />
    </FrontPage>
  );
}

function SignInForm() {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [own, setOwn] = useState<Findings>();
  const signIn = useSignIn();
  const errors = useFormErrors(signIn.error, FIELDS, own);
  useFocusOnError(form, signIn.error, own);

  const submit = () => {
    const required = t('fieldError.required');
    const found = findings({ email: !email.trim() && required, password: !password && required });
    setOwn(found);
    if (!found) signIn.mutate({ email: email.trim(), password });
  };

  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label={t('signIn.email')}
        error={errors.of('email')}
        type="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={t('signIn.password')}
        error={errors.of('password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <Button type="submit" look="primary" busy={signIn.isPending}>
        {t('signIn.submit')}
      </Button>
    </form>
  );
}
