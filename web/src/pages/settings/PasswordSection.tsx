import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangePassword } from '@/api/actions';
import { useMe } from '@/app/me';
import { Button } from '@/ui/Button';
import { Card } from '@/ui/Card';
import { PasswordField } from '@/ui/Field';
import { type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { showToast } from '@/ui/toast';

const FIELDS = { currentPassword: {}, newPassword: LIMITS.password };
const NOTHING = { current: '', next: '', repeat: '' };

export function PasswordSection() {
  const { t } = useTranslation();
  const me = useMe();
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(NOTHING);
  const [own, setOwn] = useState<Findings>();
  const change = useChangePassword();
  const isWrong = change.error?.code === 'password_wrong';
  const errors = useFormErrors(
    isWrong ? null : change.error,
    FIELDS,
    isWrong ? { currentPassword: t('error.password_wrong') } : own,
  );
  useFocusOnError(form, change.error, own);

  const submit = () => {
    const found = findings({
      currentPassword: !typed.current && t('fieldError.required'),
      newPassword: typed.next.length < LIMITS.password.min && t('fieldError.atLeastCharacters', LIMITS.password),
      repeat: typed.next !== typed.repeat && t('fieldError.passwordsDiffer'),
    });
    setOwn(found);
    change.reset();
    if (found) return;
    const onSuccess = () => {
      setTyped(NOTHING);
      showToast(t('settings.password.saved'));
    };
    change.mutate({ currentPassword: typed.current, newPassword: typed.next }, { onSuccess });
  };

  return (
    <Card title={t('settings.password.title')} text={t('settings.password.text')}>
      <form
        ref={form}
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {/* Password managers want to know whose password it is. */}
        <input type="text" autoComplete="username" value={me.email} readOnly hidden />
        <PasswordField
          label={t('settings.password.current')}
          error={errors.of('currentPassword')}
          autoComplete="current-password"
          value={typed.current}
          onChange={(event) => setTyped({ ...typed, current: event.target.value })}
        />
        <PasswordField
          label={t('settings.password.next')}
          hint={t('setup.passwordHint')}
          error={errors.of('newPassword')}
          autoComplete="new-password"
          value={typed.next}
          onChange={(event) => setTyped({ ...typed, next: event.target.value })}
        />
        <PasswordField
          label={t('settings.password.repeat')}
          error={errors.of('repeat')}
          autoComplete="new-password"
          value={typed.repeat}
          onChange={(event) => setTyped({ ...typed, repeat: event.target.value })}
        />
        {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
        <div>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('settings.password.submit')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
