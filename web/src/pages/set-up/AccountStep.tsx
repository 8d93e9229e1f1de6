import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCompleteSetup } from '@/api/actions';
import { languageOf } from '@/i18n/language';
import { Button, ButtonLink } from '@/ui/Button';
import { PasswordField, TextField } from '@/ui/Field';
import { EMAIL_FORM, type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { StepTitle } from './StepTitle';

const FIELDS = { name: LIMITS.personName, email: LIMITS.email, password: LIMITS.password };

export function AccountStep({ token, onDone }: { token: string; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [own, setOwn] = useState<Findings>();
  const setup = useCompleteSetup();
  const errors = useFormErrors(setup.error, FIELDS, own);
  useFocusOnError(form, setup.error, own);

  const submit = () => {
    const found = findings({
      email: !EMAIL_FORM.test(email.trim()) && t('fieldError.email'),
      password: password.length < LIMITS.password.min && t('fieldError.atLeastCharacters', LIMITS.password),
    });
    setOwn(found);
    if (found) return;
    const language = languageOf(i18n.language);
    setup.mutate({ token, email: email.trim(), password, name: name.trim(), language }, { onSuccess: onDone });
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
      <StepTitle title={t('setup.accountTitle')} text={t('setup.accountText')} />
      <TextField
        label={t('setup.name')}
        optional
        error={errors.of('name')}
        autoComplete="name"
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t('setup.email')}
        error={errors.of('email')}
        type="email"
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={t('setup.password')}
        hint={t('setup.passwordHint')}
        error={errors.of('password')}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <Button type="submit" look="primary" busy={setup.isPending}>
        {t('setup.createAccount')}
      </Button>
      {setup.error?.code === 'setup_done' && <ButtonLink to="/sign-in">{t('setup.goToSignIn')}</ButtonLink>}
    </form>
  );
}
