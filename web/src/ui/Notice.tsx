import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/i18n/errors';
import { classes } from './classes';
import { Icon, type IconName } from './Icon';

type Tone = 'bad' | 'warn' | 'good' | 'info';

const TONES: Record<Tone, { look: string; icon: IconName }> = {
  bad: { look: 'bg-down-soft text-down', icon: 'warning' },
  warn: { look: 'bg-unknown-soft text-unknown', icon: 'warning' },
  good: { look: 'bg-up-soft text-up', icon: 'check' },
  info: { look: 'bg-sunken text-ink', icon: 'info' },
};

/** A sentence that matters here and now. Bad news is read out at once, the rest when there is a pause. */
export function Notice({ tone, children, className }: { tone: Tone; children: ReactNode; className?: string }) {
  const { look, icon } = TONES[tone];
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classes('flex items-start gap-2 rounded-[8px] px-3 py-2 text-base', look, className)}
    >
      <Icon name={icon} className="mt-[3px] size-4" />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

/** Nothing where there is no error. */
export function ErrorNotice({ error, className }: { error: unknown; className?: string }) {
  const { t } = useTranslation();
  if (!error) return null;
  return (
    <Notice tone="bad" {...(className ? { className } : {})}>
      {errorText(t, error)}
    </Notice>
  );
}
