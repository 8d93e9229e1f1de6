import { type RefObject, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/error';
import { type Limits, errorText, fieldErrorText } from '@/i18n/errors';

export interface FormErrors {
  /** The translated error of one field. */
  of(path: string): string | undefined;
  /** What belongs to no field of the form: shown above the button. */
  rest: string | undefined;
}

/**
 * Errors of the page's own check and of the server's answer by field. `limits` lists the form's fields; a
 * server's error for `headers.0.name` belongs to the field `headers`.
 */
export function useFormErrors(error: unknown, limits: Record<string, Limits>, own?: Findings): FormErrors {
  const { t } = useTranslation();
  const byField = new Map(Object.entries(own ?? {}));
  let rest = error ? errorText(t, error) : undefined;
  if (error instanceof ApiError && error.fields.length > 0) {
    const strays: string[] = [];
    for (const fieldError of error.fields) {
      const field = fieldOf(fieldError.path, Object.keys(limits));
      if (field === null) strays.push(`${fieldError.path}: ${fieldErrorText(t, fieldError)}`);
      else if (!byField.has(field)) byField.set(field, fieldErrorText(t, fieldError, limits[field]));
    }
    if (strays.length > 0) rest = strays.join(' ');
  }
  return { of: (path) => byField.get(path), rest };
}

/** The form's field that a server's path points into. */
export function fieldOf(path: string, fields: readonly string[]): string | null {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) if (fields.includes(at)) return at;
  return null;
}

/** After a refused attempt the first wrong field gets the focus; typing in another one does not move it. */
export function useFocusOnError(form: RefObject<HTMLFormElement | null>, ...attempts: unknown[]): void {
  useEffect(() => {
    if (attempts.every((attempt) => !attempt)) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
    // The attempts are the dependencies: each is the error, or the own findings, of one press of the button.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, attempts);
}

/** A whole number within bounds, or null. */
export function parseWhole(text: string, min: number, max: number): number | null {
  if (!/^\d+$/.test(text.trim())) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

export const EMAIL_FORM = /^[^\s@]+@[^\s@]+$/;

/** What the page itself found wrong, by field; undefined where all is well. */
export type Findings = Record<string, string> | undefined;

export function findings(found: Record<string, string | false | undefined>): Findings {
  const entries = Object.entries(found).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
