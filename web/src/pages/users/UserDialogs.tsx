import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDeleteUser, useResetPassword, useUpdateUser } from '@/api/actions';
import type { User, UserPatch } from '@/api/types';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { Dialog } from '@/ui/Dialog';
import { PasswordField } from '@/ui/Field';
import { type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { showToast } from '@/ui/toast';

export type UserAction = 'role' | 'password' | 'disabled' | 'delete';

interface ActionProps {
  user: User;
  onClose: () => void;
}

/** What was chosen in a user's menu: grave things are asked again, harmless ones are done. */
export function UserDialogs({ action, ...props }: ActionProps & { action: UserAction }) {
  if (action === 'password') return <ResetPassword {...props} />;
  if (action === 'delete') return <DeleteUser {...props} />;
  if (action === 'disabled' && !props.user.disabled) return <DisableUser {...props} />;
  const patch: UserPatch = action === 'role' ? { role: props.user.role === 'admin' ? 'user' : 'admin' } : { disabled: false };
  return <ChangeAtOnce {...props} patch={patch} />;
}

const nameOf = (user: User) => user.name || user.email;

function ChangeAtOnce({ user, patch, onClose }: ActionProps & { patch: UserPatch }) {
  const { t } = useTranslation();
  const update = useUpdateUser(user.id);
  const isStarted = useRef(false);
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    update.mutate(patch, {
      onSuccess: () => {
        showToast(t('users.changed', { name: nameOf(user) }));
        onClose();
      },
    });
  }, [update, patch, onClose, t, user]);
  if (!update.error) return null;
  return (
    <Dialog title={nameOf(user)} isOpen onClose={onClose}>
      <ErrorNotice error={update.error} />
    </Dialog>
  );
}

function DisableUser({ user, onClose }: ActionProps) {
  const { t } = useTranslation();
  const update = useUpdateUser(user.id);
  const name = nameOf(user);
  const onSuccess = () => {
    showToast(t('users.changed', { name }));
    onClose();
  };
  return (
    <ConfirmDialog
      title={t('users.disableTitle', { name })}
      text={t('users.disableText')}
      confirmLabel={t('users.disable')}
      isOpen
      busy={update.isPending}
      error={update.error}
      onClose={onClose}
      onConfirm={() => update.mutate({ disabled: true }, { onSuccess })}
    />
  );
}

function DeleteUser({ user, onClose }: ActionProps) {
  const { t } = useTranslation();
  const remove = useDeleteUser(user.id);
  const name = nameOf(user);
  const onSuccess = () => {
    showToast(t('users.deleted', { name }));
    onClose();
  };
  return (
    <ConfirmDialog
      title={t('users.deleteTitle', { name })}
      text={t('users.deleteText')}
      confirmLabel={t('users.delete')}
      isOpen
      busy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(undefined, { onSuccess })}
    />
  );
}

const FIELDS = { password: LIMITS.password };

function ResetPassword({ user, onClose }: ActionProps) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState('');
  const [own, setOwn] = useState<Findings>();
  const reset = useResetPassword(user.id);
  const errors = useFormErrors(reset.error, FIELDS, own);
  const name = nameOf(user);
  useFocusOnError(form, reset.error, own);

  const submit = () => {
    const found = findings({
      password: password.length < LIMITS.password.min && t('fieldError.atLeastCharacters', LIMITS.password),
    });
    setOwn(found);
    if (found) return;
    const onSuccess = () => {
      showToast(t('users.resetDone', { name }));
      onClose();
    };
    reset.mutate(password, { onSuccess });
  };

  return (
    <Dialog title={t('users.resetTitle', { name })} isOpen onClose={onClose}>
      <form
        ref={form}
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p className="text-muted">{t('users.resetText')}</p>
        <PasswordField
          label={t('users.newPassword')}
          hint={t('users.passwordHint')}
          error={errors.of('password')}
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" busy={reset.isPending}>
            {t('users.resetPassword')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
