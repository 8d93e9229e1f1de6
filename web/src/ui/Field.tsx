import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { Icon } from './Icon';

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** Translated; the control is then marked invalid and described by it. */
  error?: string | undefined;
  optional?: boolean;
}

/** What ties a control to its label, hint and error. */
interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export function Field({ label, hint, error, optional, children }: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  const described = classes(hint && `${id}-hint`, error && `${id}-error`);
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
        {optional && <span className="font-normal text-muted"> ({t('field.optional')})</span>}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1 text-sm text-down">
          <Icon name="warning" className="mt-0.5 size-4" />
          <span>{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

type Without<T> = Omit<T, 'id' | 'className'>;

export function TextField({ label, hint, error, optional, className, ...input }: FieldProps & Without<InputHTMLAttributes<HTMLInputElement>> & { className?: string }) {
  return (
    <Field {...{ label, hint, error, ...(optional ? { optional } : {}) }}>
      {(control) => <input type="text" {...input} {...control} className={classes('control', className)} />}
    </Field>
  );
}

export function TextAreaField({ label, hint, error, optional, ...input }: FieldProps & Without<TextareaHTMLAttributes<HTMLTextAreaElement>>) {
  return (
    <Field {...{ label, hint, error, ...(optional ? { optional } : {}) }}>
      {(control) => <textarea rows={3} {...input} {...control} className="control font-mono" spellCheck={false} />}
    </Field>
  );
}

export function SelectField({ label, hint, error, children, ...select }: FieldProps & Without<SelectHTMLAttributes<HTMLSelectElement>>) {
  return (
    <Field {...{ label, hint, error }}>
      {(control) => (
        <select {...select} {...control} className="control">
          {children}
        </select>
      )}
    </Field>
  );
}

/** With a button that shows what was typed, instead of asking for everything twice. */
export function PasswordField({ label, hint, error, ...input }: FieldProps & Without<InputHTMLAttributes<HTMLInputElement>>) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Field {...{ label, hint, error }}>
      {(control) => (
        <div className="relative">
          <input {...input} {...control} type={shown ? 'text' : 'password'} spellCheck={false} className="control pr-11" />
          <button
            type="button"
            aria-label={shown ? t('field.hidePassword') : t('field.showPassword')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className={classes(
              'absolute inset-y-0.5 right-0.5 grid w-9 place-items-center rounded-[6px] hover:text-ink',
              shown ? 'text-accent' : 'text-muted',
            )}
          >
            <Icon name="eye" />
          </button>
        </div>
      )}
    </Field>
  );
}

export function CheckField({ label, hint, ...input }: { label: string; hint?: string } & Without<InputHTMLAttributes<HTMLInputElement>>) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        {...input}
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-[3px] size-4 shrink-0 accent-(--accent)"
      />
      <div>
        <label htmlFor={id} className="block py-px">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** Takes effect at once, unlike a box in a form. */
export function Switch({ label, hint, checked, onChange, disabled }: { label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <label htmlFor={id} className="block font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
      <span className="relative inline-flex h-6 w-11 shrink-0 items-center">
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={checked}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className="peer absolute inset-0 z-10 size-full cursor-pointer appearance-none rounded-full disabled:cursor-wait"
        />
        <span className="h-6 w-11 rounded-full border border-line-strong bg-sunken transition-colors peer-checked:border-accent peer-checked:bg-accent" />
        <span className="pointer-events-none absolute left-1 grid size-4 place-items-center rounded-full bg-line-strong text-accent transition-transform peer-checked:translate-x-5 peer-checked:bg-accent-ink">
          {checked && <Icon name="check" className="size-3" />}
        </span>
      </span>
    </div>
  );
}
