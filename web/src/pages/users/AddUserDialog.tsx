import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCreateUser } from '@/api/actions';
import type { Role } from '@/api/types';
import { parseInterval } from '@/schedule/interval';
import { Button } from '@/ui/Button';
import { Dialog } from '@/ui/Dialog';
import { PasswordField, TextField } from '@/ui/Field';
import { EMAIL_FORM, type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { Segmented } from '@/ui/Segmented';
import { showToast } from '@/ui/toast';

const FIELDS = {
  email: LIMITS.email,
  name: LIMITS.personName,
  password: LIMITS.password,
  intervalMinutes: LIMITS.intervalMinutes,
};

const EMPTY = { email: '', name: '', password: '', interval: '', role: 'user' as Role };

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(EMPTY);
  const [own, setOwn] = useState<Findings>();
  const create = useCreateUser();
  const takenError = create.error?.code === 'email_taken' ? { email: t('error.email_taken') } : undefined;
  const errors = useFormErrors(takenError ? null : create.error, FIELDS, own ?? takenError);
  useFocusOnError(form, create.error, own);
  const change = (part: Partial<typeof EMPTY>) => setTyped({ ...typed, ...part });

  const submit = () => {
    const interval = typed.interval.trim();
    const found = findings({
      email: !EMAIL_FORM.test(typed.email.trim()) && t('fieldError.email'),
      password: typed.password.length < LIMITS.password.min && t('fieldError.atLeastCharacters', LIMITS.password),
      intervalMinutes:
        interval !== '' && parseInterval(interval) === null && t('fieldError.wholeNumberBetween', LIMITS.intervalMinutes),
    });
    setOwn(found);
    if (found) return;
    const { name, password, role } = typed;
    const body = { email: typed.email.trim(), name: name.trim(), password, role };
    const onSuccess = () => {
      showToast(t('users.added', { name: body.name || body.email }));
      onClose();
    };
    create.mutate(interval === '' ? body : { ...body, intervalMinutes: Number(interval) }, { onSuccess });
  };

  return (
    <Dialog title={t('users.add')} isOpen onClose={onClose}>
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
          label={t('users.email')}
          error={errors.of('email')}
          type="email"
          autoComplete="off"
          autoFocus
          value={typed.email}
          onChange={(event) => change({ email: event.target.value })}
        />
        <TextField
          label={t('users.name')}
          optional
          error={errors.of('name')}
          autoComplete="off"
          value={typed.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <PasswordField
          label={t('users.password')}
          hint={t('users.passwordHint')}
          error={errors.of('password')}
          autoComplete="new-password"
          value={typed.password}
          onChange={(event) => change({ password: event.target.value })}
        />
        <TextField
          label={t('users.intervalMinutes')}
          optional
          error={errors.of('intervalMinutes')}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-40"
          value={typed.interval}
          onChange={(event) => change({ interval: event.target.value })}
        />
        <Segmented<Role>
          legend={t('users.role')}
          showLegend
          value={typed.role}
          onChange={(role) => change({ role })}
          choices={[
            { value: 'user', label: t('users.roles.user') },
            { value: 'admin', label: t('users.roles.admin') },
          ]}
        />
        {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" busy={create.isPending}>
            {t('users.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
