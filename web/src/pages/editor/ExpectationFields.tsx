import { useTranslation } from 'react-i18next';
import { CheckField, TextField } from '@/ui/Field';
import type { DraftFieldsProps } from './TargetFields';

/** What counts as up, for HTTP. */
export function ExpectationFields({ draft, errors, onChange }: DraftFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t('editor.expectedStatus')}
        hint={t('editor.expectedStatusHint')}
        error={errors.of('config.expectedStatus')}
        autoComplete="off"
        value={draft.expectedStatus}
        onChange={(event) => onChange({ expectedStatus: event.target.value })}
      />
      <WithPresence
        label={t('editor.presence')}
        value={draft.keywordExpect}
        onChange={(keywordExpect) => onChange({ keywordExpect })}
      >
        <TextField
          label={t('editor.keyword')}
          optional
          error={errors.of('config.keyword')}
          autoComplete="off"
          value={draft.keyword}
          onChange={(event) => onChange({ keyword: event.target.value })}
        />
      </WithPresence>
      <WithPresence
        label={t('editor.patternPresence')}
        value={draft.patternExpect}
        onChange={(patternExpect) => onChange({ patternExpect })}
      >
        <TextField
          label={t('editor.pattern')}
          optional
          error={errors.of('config.pattern')}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          value={draft.pattern}
          onChange={(event) => onChange({ pattern: event.target.value })}
        />
      </WithPresence>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          label={t('editor.certificateWarningDays')}
          hint={t('editor.certificateWarningHint')}
          error={errors.of('config.certificateWarningDays')}
          inputMode="numeric"
          value={draft.certificateWarningDays}
          onChange={(event) => onChange({ certificateWarningDays: event.target.value })}
        />
        <div className="sm:pt-7">
          <CheckField
            label={t('editor.verifyTls')}
            checked={draft.verifyTls}
            onChange={(event) => onChange({ verifyTls: event.target.checked })}
          />
        </div>
      </div>
    </>
  );
}

interface WithPresenceProps {
  label: string;
  value: 'present' | 'absent';
  onChange: (value: 'present' | 'absent') => void;
  children: React.ReactNode;
}

function WithPresence({ label, value, onChange, children }: WithPresenceProps) {
  const { t } = useTranslation();
  return (
    <div className="grid items-start gap-x-3 gap-y-2 sm:grid-cols-[minmax(0,1fr)_11rem]">
      {children}
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value as 'present' | 'absent')}
        className="control sm:mt-6"
      >
        <option value="present">{t('editor.present')}</option>
        <option value="absent">{t('editor.absent')}</option>
      </select>
    </div>
  );
}
