import { useTranslation } from 'react-i18next';
import type { HttpConfig } from '@/api/types';
import { CheckField, SelectField, TextAreaField, TextField } from '@/ui/Field';
import type { DraftFieldsProps } from './TargetFields';

const METHODS: readonly HttpConfig['method'][] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What is sent, for HTTP. */
export function RequestFields({ draft, errors, onChange }: DraftFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-3">
        <SelectField
          label={t('editor.method')}
          error={errors.of('config.method')}
          value={draft.method}
          onChange={(event) => onChange({ method: event.target.value as HttpConfig['method'] })}
        >
          {METHODS.map((method) => (
            <option key={method}>{method}</option>
          ))}
        </SelectField>
        <TextField
          label={t('editor.maxRedirects')}
          error={errors.of('config.maxRedirects')}
          inputMode="numeric"
          disabled={!draft.followRedirects}
          value={draft.maxRedirects}
          onChange={(event) => onChange({ maxRedirects: event.target.value })}
        />
        <div className="sm:pt-7">
          <CheckField
            label={t('editor.followRedirects')}
            checked={draft.followRedirects}
            onChange={(event) => onChange({ followRedirects: event.target.checked })}
          />
        </div>
      </div>
      <TextAreaField
        label={t('editor.headers')}
        hint={t('editor.headersHint')}
        error={errors.of('config.headers')}
        value={draft.headers}
        onChange={(event) => onChange({ headers: event.target.value })}
      />
      <TextAreaField
        label={t('editor.body')}
        error={errors.of('config.body')}
        value={draft.body}
        onChange={(event) => onChange({ body: event.target.value })}
      />
    </>
  );
}
