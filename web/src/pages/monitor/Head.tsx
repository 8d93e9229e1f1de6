import { Suspense, lazy, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDeleteMonitor, useSetPaused, useTestMonitor } from '@/api/actions';
import type { Monitor } from '@/api/types';
import { Report } from '@/monitors/Report';
import { CauseText } from '@/monitors/CauseText';
import { StateBadge } from '@/monitors/StateMark';
import { targetText } from '@/monitors/target';
import { RelativeTime, Time } from '@/time/Time';
import { Button, ButtonLink, IconButton } from '@/ui/Button';
import { Icon } from '@/ui/Icon';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { usePageTitle } from '@/ui/Page';

const ConfirmDialog = lazy(() => import('@/ui/ConfirmDialog').then((module) => ({ default: module.ConfirmDialog })));

/** What it is, how it is, and what can be done with it. */
export function Head({ monitor }: { monitor: Monitor }) {
  const test = useTestMonitor(monitor.id);
  const pause = useSetPaused(monitor.id);
  const { t } = useTranslation();
  usePageTitle(monitor.name);
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="min-w-0 text-xl font-semibold tracking-tight break-words">{monitor.name}</h1>
            <StateBadge state={monitor.state} />
          </div>
          <p className="mt-1 flex flex-wrap gap-x-2 text-sm text-muted">
            <Target monitor={monitor} />
            {monitor.stateSince && (
              <span>
                · {t('monitor.since', { time: '' })} <Time at={monitor.stateSince} style="dateTime" />
              </span>
            )}
            {monitor.lastCheck && (
              <span>
                · <RelativeTime at={monitor.lastCheck.at} />
              </span>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button icon="bolt" busy={test.isPending} onClick={() => test.mutate(undefined)}>
            {t(test.isPending ? 'monitor.testing' : 'monitor.test')}
          </Button>
          <ButtonLink icon="edit" to={`/monitors/${monitor.id}/edit`}>
            {t('action.edit')}
          </ButtonLink>
          <Button
            icon={monitor.paused ? 'play' : 'pause'}
            busy={pause.isPending}
            onClick={() => pause.mutate(!monitor.paused)}
          >
            {t(monitor.paused ? 'monitor.resume' : 'monitor.pause')}
          </Button>
          <DeleteButton monitor={monitor} />
        </div>
      </div>
      {monitor.state === 'down' && monitor.lastCheck?.cause && (
        <Notice tone="bad">
          <CauseText report={monitor.lastCheck} />
          {monitor.lastCheck.detail && <p className="text-sm break-words">{monitor.lastCheck.detail}</p>}
        </Notice>
      )}
      {monitor.paused && <Notice tone="info">{t('monitor.paused')}</Notice>}
      <ErrorNotice error={test.error ?? pause.error} />
      {test.data && (
        <section aria-label={t('monitor.report.title')} aria-live="polite" className="card relative p-4">
          <IconButton label={t('action.close')} icon="close" onClick={() => test.reset()} className="absolute top-1 right-1" />
          <p className="mb-2 pr-10 text-sm text-muted">
            <strong className="text-ink">{t('monitor.report.title')}</strong> · {t('monitor.report.notRecorded')}
          </p>
          <Report report={test.data} />
        </section>
      )}
    </>
  );
}

function Target({ monitor }: { monitor: Monitor }) {
  if (monitor.kind !== 'http') return <span className="break-all">{targetText(monitor)}</span>;
  return (
    <a
      href={monitor.config.url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 break-all underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      {targetText(monitor)}
      <Icon name="external" className="size-3.5" />
    </a>
  );
}

function DeleteButton({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const remove = useDeleteMonitor(monitor.id);
  return (
    <>
      <IconButton
        label={t('monitor.delete')}
        icon="trash"
        onClick={() => setAsked(true)}
        className="border border-line-strong bg-surface"
      />
      <Suspense>
        {isAsked && (
          <ConfirmDialog
            title={t('monitor.deleteTitle', { name: monitor.name })}
            text={t('monitor.deleteText')}
            confirmLabel={t('monitor.delete')}
            isOpen
            busy={remove.isPending}
            error={remove.error}
            onClose={() => setAsked(false)}
            onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate('/', { replace: true }) })}
          />
        )}
      </Suspense>
    </>
  );
}
