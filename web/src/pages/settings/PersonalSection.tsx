import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type MeInput, useUpdateMe } from '@/api/actions';
import type { Language, Theme } from '@/api/types';
import { useMe } from '@/app/me';
import { areShortcutsOn, switchShortcuts } from '@/app/remembered';
import { Button } from '@/ui/Button';
import { Card } from '@/ui/Card';
import { PasswordField, Switch, TextField } from '@/ui/Field';
import { EMAIL_FORM, type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { Segmented } from '@/ui/Segmented';
import { showToast } from '@/ui/toast';

export function PersonalSection() {
  return (
    <>
      <ChoicesCard />
      <AccountCard />
    </>
  );
}

/** These take effect at once and are kept with the account. */
function ChoicesCard() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const [shortcuts, setShortcuts] = useState(areShortcutsOn);
  return (
    <Card title={t('settings.personal.title')}>
      <Segmented<Language | 'system'>
        legend={t('language.label')}
        showLegend
        value={me.language ?? 'system'}
        onChange={(choice) => update.mutate({ language: choice === 'system' ? null : choice })}
        choices={[
          { value: 'system', label: t('language.system') },
          { value: 'en', label: t('language.en') },
          { value: 'zh-CN', label: t('language.zhCN') },
        ]}
      />
      <Segmented<Theme>
        legend={t('theme.label')}
        showLegend
        value={me.theme}
        onChange={(theme) => update.mutate({ theme })}
        choices={[
          { value: 'system', label: t('theme.system') },
          { value: 'light', label: t('theme.light') },
          { value: 'dark', label: t('theme.dark') },
        ]}
      />
      <ErrorNotice error={update.error} />
      <Switch
        label={t('settings.personal.shortcuts')}
        hint={t('settings.personal.shortcutsText')}
        checked={shortcuts}
        onChange={(on) => {
          switchShortcuts(on);
          setShortcuts(on);
        }}
      />
    </Card>
  );
}

const FIELDS = { name: LIMITS.personName, email: LIMITS.email, currentPassword: {} };

function AccountCard() {
  const { t } = useTranslation();
  const me = useMe();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(me.name);
  const [email, setEmail] = useState(me.email);
  const [currentPassword, setCurrentPassword] = useState('');
  const [own, setOwn] = useState<Findings>();
  const update = useUpdateMe();
  const wrongPassword = update.error?.code === 'password_wrong' ? t('error.password_wrong') : undefined;
  const errors = useFormErrors(wrongPassword ? null : update.error, FIELDS, wrongPassword ? { currentPassword: wrongPassword } : own);
  useFocusOnError(form, update.error, own);
  const emailChanged = email.trim() !== me.email;

  const submit = () => {
    const found = findings({
      email: !EMAIL_FORM.test(email.trim()) && t('fieldError.email'),
      currentPassword: emailChanged && !currentPassword && t('fieldError.required'),
    });
    setOwn(found);
    if (found) return;
    const change: MeInput = { name: name.trim(), ...(emailChanged ? { email: email.trim(), currentPassword } : {}) };
    const onSuccess = () => {
      setCurrentPassword('');
      showToast(t('settings.personal.saved'));
    };
    update.mutate(change, { onSuccess });
  };

  return (
    <form
      ref={form}
      noValidate
      className="card grid gap-4 p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label={t('settings.personal.name')}
        error={errors.of('name')}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t('settings.personal.email')}
        hint={t('settings.personal.emailHint')}
        error={errors.of('email')}
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {emailChanged && (
        <PasswordField
          label={t('settings.personal.currentPassword')}
          error={errors.of('currentPassword')}
          autoComplete="current-password"
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.target.value)}
        />
      )}
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div>
        <Button type="submit" look="primary" busy={update.isPending}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}
