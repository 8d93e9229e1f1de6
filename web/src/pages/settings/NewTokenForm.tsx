import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCreateToken } from '@/api/actions';
import type { TokenAccess } from '@/api/types';
import { Button } from '@/ui/Button';
import { TextField } from '@/ui/Field';
import { type Findings, findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { LIMITS } from '@/ui/limits';
import { Notice } from '@/ui/Notice';
import { Segmented } from '@/ui/Segmented';

const FIELDS = { name: LIMITS.tokenName };

export function NewTokenForm() {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState('');
  const [access, setAccess] = useState<TokenAccess>('read');
  const [own, setOwn] = useState<Findings>();
  const create = useCreateToken();
  const errors = useFormErrors(create.error, FIELDS, own);
  useFocusOnError(form, create.error, own);

  const submit = () => {
    const found = findings({ name: !name.trim() && t('fieldError.required') });
    setOwn(found);
    if (!found) create.mutate({ name: name.trim(), access }, { onSuccess: () => setName('') });
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
        label={t('settings.tokens.name')}
        error={errors.of('name')}
        placeholder={t('settings.tokens.namePlaceholder')}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Segmented<TokenAccess>
        legend={t('settings.tokens.access')}
        showLegend
        value={access}
        onChange={setAccess}
        choices={[
          { value: 'read', label: t('settings.tokens.read') },
          { value: 'write', label: t('settings.tokens.write') },
        ]}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div>
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('settings.tokens.create')}
        </Button>
      </div>
      {create.data && <NewToken token={create.data.token} />}
    </form>
  );
}

/** The only moment in which the token can be read. */
function NewToken({ token }: { token: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(token);
    setCopied(true);
  };
  return (
    <Notice tone="good">
      <p className="font-medium">{t('settings.tokens.createdTitle')}</p>
      <p>{t('settings.tokens.createdText')}</p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code className="rounded-[6px] bg-surface px-2 py-1.5 font-mono break-all text-ink select-all">{token}</code>
        {/* Browsers offer the clipboard over https and on this machine only; else it is selected by a click. */}
        {window.isSecureContext && (
          <Button icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
            {t(copied ? 'action.copied' : 'action.copy')}
          </Button>
        )}
      </div>
    </Notice>
  );
}
