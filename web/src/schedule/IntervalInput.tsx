import { useTranslation } from 'react-i18next';
import { TextField } from '@/ui/Field';

const PRESETS = [1, 5, 15, 30, 60, 240, 1440];

interface IntervalInputProps {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

/** Free text on purpose: a number input would hide or "correct" what was typed, this says what is wrong with it. */
export function IntervalInput({ label, hint, value, onChange, error }: IntervalInputProps) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-2">
      <TextField
        label={label}
        hint={hint}
        error={error}
        inputMode="numeric"
        autoComplete="off"
        className="max-w-40 tabular-nums"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <div role="group" aria-label={t('settings.schedule.presets')} className="flex flex-wrap gap-1.5">
        {PRESETS.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={value === String(minutes)}
            onClick={() => onChange(String(minutes))}
            className="min-h-8 rounded-full border border-line px-2.5 text-sm text-muted hover:border-line-strong hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent max-sm:min-h-10"
          >
            {minutes < 60
              ? t('settings.schedule.minutes', { count: minutes })
              : t('settings.schedule.hours', { count: minutes / 60 })}
          </button>
        ))}
      </div>
    </div>
  );
}

