import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type QueueAction, useQueueAction } from '@/api/actions';
import type { QueueView } from '@/api/types';
import { Button } from '@/ui/Button';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { Icon, type IconName } from '@/ui/Icon';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { showToast } from '@/ui/toast';
import { CleanDialog } from './CleanDialog';
import { Section } from './Section';
import { STATES } from './states';

type Asked = 'pause' | 'retry' | 'clean';

/** How many jobs there are in each state, and what can be done with them all. `isExplained`: its error is said elsewhere. */
export function QueueSection({ queue, isExplained }: { queue: QueueView; isExplained: boolean }) {
  const { t, i18n } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const action = useQueueAction();
  const number = new Intl.NumberFormat(i18n.language);

  const perform = (what: QueueAction) =>
    action.mutate(what, {
      onSuccess: ({ jobs }) => {
        if (what === 'pause') showToast(t('operations.queue.didPause'));
        else if (what === 'resume') showToast(t('operations.queue.didResume'));
        else if (what === 'retry') showToast(t('operations.queue.didRetry', { count: jobs }));
        else showToast(t('operations.queue.didClean', { count: jobs }));
        setAsked(null);
      },
    });
  const ask = (what: Asked) => {
    action.reset();
    setAsked(what);
  };
  const dialog = { busy: action.isPending, error: action.error, onClose: () => setAsked(null) };

  return (
    <Section
      title={t('operations.queue.title')}
      actions={
        queue.reachable && (
          <div className="flex flex-wrap gap-2">
            {queue.paused ? (
              <Button look="primary" icon="play" busy={action.isPending} onClick={() => perform('resume')}>
                {t('operations.queue.resume')}
              </Button>
            ) : (
              <Button icon="pause" onClick={() => ask('pause')}>
                {t('operations.queue.pause')}
              </Button>
            )}
            <Button icon="retry" disabled={!queue.counts?.failed} onClick={() => ask('retry')}>
              {t('operations.queue.retry')}
            </Button>
            <Button icon="trash" onClick={() => ask('clean')}>
              {t('operations.queue.clean')}
            </Button>
          </div>
        )
      }
    >
      <div className="card grid gap-3 p-4">
        <p className="flex flex-wrap gap-x-3 gap-y-1 text-muted">
          <QueueState queue={queue} />
          {t(`operations.queue.${queue.engine}`)}
        </p>
        {queue.error && !isExplained && <Notice tone="bad">{queue.error}</Notice>}
        {asked === null && <ErrorNotice error={action.error} />}
        {queue.counts && (
          <dl className="grid grid-cols-5 gap-4 max-sm:grid-cols-3">
            {STATES.map((state) => (
              <div key={state}>
                <dt className="text-xs text-muted">{t(`operations.states.${state}`)}</dt>
                <dd className={`text-xl font-semibold tabular-nums ${state === 'failed' && queue.counts?.failed ? 'text-down' : ''}`}>
                  {number.format(queue.counts?.[state] ?? 0)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {queue.consumers && <Consumers consumers={queue.consumers} />}
      </div>
      <ConfirmDialog
        title={t('operations.queue.pauseTitle')}
        text={t(queue.engine === 'bullmq' ? 'operations.queue.pauseText' : 'operations.queue.pauseTextHere')}
        confirmLabel={t('operations.queue.pause')}
        isOpen={asked === 'pause'}
        onConfirm={() => perform('pause')}
        {...dialog}
      />
      <ConfirmDialog
        title={t('operations.queue.retryTitle')}
        text={t('operations.queue.retryText')}
        confirmLabel={t('operations.queue.retry')}
        isOpen={asked === 'retry'}
        onConfirm={() => perform('retry')}
        {...dialog}
      />
      {asked === 'clean' && <CleanDialog onConfirm={(clean) => perform({ clean })} {...dialog} />}
    </Section>
  );
}

function QueueState({ queue }: { queue: QueueView }) {
  const { t } = useTranslation();
  const [word, icon, look]: ['away' | 'paused' | 'running', IconName, string] = !queue.reachable
    ? ['away', 'warning', 'text-down']
    : queue.paused
      ? ['paused', 'pause', 'text-unknown']
      : ['running', 'check', 'text-up'];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium ${look}`}>
      <Icon name={icon} />
      {t(`operations.queue.${word}`)}
    </span>
  );
}

function Consumers({ consumers }: { consumers: NonNullable<QueueView['consumers']> }) {
  const { t } = useTranslation();
  if (consumers.length === 0) return <p className="text-sm text-muted">{t('operations.queue.noConsumers')}</p>;
  const names = consumers.map(({ name, address }) => name ?? `${t('operations.queue.unnamed')} ${address}`).join(', ');
  return <p className="text-sm break-words text-muted">{t('operations.queue.consumers', { names })}</p>;
}
