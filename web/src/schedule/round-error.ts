import type { TFunction } from 'i18next';

/** The server's own words in the reader's language; what other workers wrote stays as it stands. */
export function roundErrorText(error: string, t: TFunction): string {
  const [, down, total] = /^(\d+) of (\d+) monitors down$/.exec(error) ?? [];
  if (down && total) return t('round.error.down', { down, total });
  if (error === 'the results of this round could not be recorded') return t('round.error.notRecorded');
  return error;
}
