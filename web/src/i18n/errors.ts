import i18next, { type TFunction } from 'i18next';
import { ApiError, type FieldError } from '@/api/error';
import type { en } from './en';

/** The translated text of anything that was thrown by a call. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.other', { message: String(error) });
  if (!isTextOf('error', error.code)) return t('error.other', { message: error.message });
  return t(`error.${error.code}`, { status: error.status, seconds: error.retryAfter ?? 30, message: error.message });
}

/** What the form knows about a field, for texts that name its bounds. */
export interface Limits {
  min?: number;
  max?: number;
  /** The value is a text: the bounds are lengths. */
  isText?: boolean;
}

export function fieldErrorText(t: TFunction, error: FieldError, limits: Limits = {}): string {
  const { min, max, isText } = limits;
  switch (error.code) {
    case 'range':
    case 'type':
      if (!isText && min !== undefined && max !== undefined) return t('fieldError.wholeNumberBetween', { min, max });
      break;
    case 'too_short':
      if (isText && min !== undefined && min > 1) return t('fieldError.atLeastCharacters', { min });
      if (isText) return t('fieldError.required');
      break;
    case 'too_long':
      if (isText && max !== undefined) return t('fieldError.atMostCharacters', { max });
      break;
  }
  if (!isTextOf('fieldError', error.code)) return t('fieldError.sameAsServer', { message: error.message });
  return t(`fieldError.${error.code}`, { min, max, message: error.message });
}

// Asked of the catalogue that is loaded, so that the English one is not needed beside it.
function isTextOf<G extends 'error' | 'fieldError'>(group: G, code: string): code is string & keyof (typeof en)[G] {
  return i18next.exists(`${group}.${code}`);
}
