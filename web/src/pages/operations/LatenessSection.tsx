import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lateness } from '@/api/types';
import { formatMs } from '@/time/format';
import { Section } from './Section';

export function LatenessSection({ lateness }: { lateness: Lateness }) {
  const { t, i18n } = useTranslation();
  const rounds = new Intl.NumberFormat(i18n.language).format(lateness.rounds);
  const ms = (value: number | null) => (value === null ? '–' : formatMs(value, i18n.language));
  return (
    <Section title={t('operations.lateness.title', { minutes: Math.round(lateness.windowMs / 60_000) })}>
      <div className="card grid gap-2 p-4">
        <dl className="grid grid-cols-5 gap-4 max-sm:grid-cols-2">
          <Figure name={t('operations.lateness.p50')}>{ms(lateness.p50Ms)}</Figure>
          <Figure name={t('operations.lateness.p95')}>{ms(lateness.p95Ms)}</Figure>
          <Figure name={t('operations.lateness.max')}>{ms(lateness.maxMs)}</Figure>
          <Figure name={t('operations.lateness.rounds')}>{rounds}</Figure>
        </dl>
        <p className="text-sm text-muted">
          {t('operations.lateness.hint')} {!lateness.all && t('operations.lateness.sample', { rounds })}
        </p>
      </div>
    </Section>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums">{children}</dd>
    </div>
  );
}
