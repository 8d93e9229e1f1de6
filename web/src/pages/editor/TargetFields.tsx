import { useTranslation } from 'react-i18next';
import { TextField } from '@/ui/Field';
import type { FormErrors } from '@/ui/form';
import type { Draft } from './draft';

export interface DraftFieldsProps {
  draft: Draft;
  errors: FormErrors;
  onChange: (part: Partial<Draft>) => void;
}

/** What is watched: an address, or host and port. */
export function TargetFields({ draft, errors, onChange, autoFocus }: DraftFieldsProps & { autoFocus: boolean }) {
  const { t } = useTranslation();
  if (draft.kind === 'http')
    return (
      <TextField
        label={t('editor.url')}
        error={errors.of('config.url')}
        type="url"
        inputMode="url"
        placeholder="https://example.org/"
        autoComplete="off"
        autoFocus={autoFocus}
        value={draft.url}
        onChange={(event) => onChange({ url: event.target.value })}
      />
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_7rem] gap-3">
      <TextField
        label={t('editor.host')}
        error={errors.of('config.host')}
        placeholder="mail.example.org"
        autoComplete="off"
        spellCheck={false}
        value={draft.host}
        onChange={(event) => onChange({ host: event.target.value })}
      />
      <TextField
        label={t('editor.port')}
        error={errors.of('config.port')}
        inputMode="numeric"
        placeholder="25"
        autoComplete="off"
        value={draft.port}
        onChange={(event) => onChange({ port: event.target.value })}
      />
    </div>
  );
}
