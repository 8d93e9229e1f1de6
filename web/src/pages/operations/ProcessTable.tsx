import { useTranslation } from 'react-i18next';
import type { Process } from '@/api/types';
import { RelativeTime } from '@/time/Time';
import { classes } from '@/ui/classes';
import { Icon, type IconName } from '@/ui/Icon';
import { ScrollArea } from '@/ui/ScrollArea';
import { Nothing, Section } from './Section';

export function ProcessTable({ processes }: { processes: readonly Process[] }) {
  const { t } = useTranslation();
  const title = t('operations.processes.title');
  if (processes.length === 0)
    return (
      <Section title={title}>
        <Nothing>{t('operations.processes.none')}</Nothing>
      </Section>
    );
  return (
    <Section title={title}>
      <ScrollArea label={t('operations.table', { title })} className="card">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t('operations.processes.instance')}</th>
              <th scope="col">{t('operations.processes.state')}</th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.processes.running')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.processes.rate')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.processes.done')}
              </th>
              <th scope="col" className="max-lg:hidden">
                {t('operations.processes.started')}
              </th>
              <th scope="col" className="max-sm:hidden">
                {t('operations.processes.seen')}
              </th>
            </tr>
          </thead>
          <tbody>
            {processes.map((process) => (
              <ProcessRow key={process.instance} process={process} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Section>
  );
}

function ProcessRow({ process }: { process: Process }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  const { running, concurrency } = process;
  const rounds = concurrency === 0 ? t('operations.processes.takesNone') : t('operations.processes.ofConcurrency', { running, concurrency });
  return (
    <tr className={classes('hover:bg-sunken', process.state === 'stopped' && 'text-muted')}>
      <td className="break-words sm:min-w-48">
        <span className="font-medium">{process.instance}</span>
        <p className="text-xs text-muted">
          {process.role} · {process.version}
          <span className="max-sm:hidden">
            {' '}
            · {process.host} · {process.pid}
          </span>
        </p>
        <p className="text-xs text-muted sm:hidden">
          {t('operations.processes.running')} {rounds}
        </p>
        <p className="text-xs text-muted sm:hidden">
          {t('operations.processes.rate')} {number.format(process.roundsPerSecond)}
        </p>
        <p className="text-xs text-muted sm:hidden">
          {t('operations.processes.seen')} <RelativeTime at={process.seenAt} />
        </p>
      </td>
      <td className="whitespace-nowrap">
        <ProcessState state={process.state} />
      </td>
      <td className="num whitespace-nowrap max-sm:hidden">{rounds}</td>
      <td className="num max-sm:hidden">{number.format(process.roundsPerSecond)}</td>
      <td className="num max-sm:hidden">{number.format(process.roundsDone)}</td>
      <td className="whitespace-nowrap max-lg:hidden">
        <RelativeTime at={process.startedAt} />
      </td>
      <td className="whitespace-nowrap max-sm:hidden">
        <RelativeTime at={process.seenAt} />
      </td>
    </tr>
  );
}

const LOOKS: Record<Process['state'], { icon: IconName; look: string }> = {
  alive: { icon: 'check', look: 'text-up' },
  lost: { icon: 'warning', look: 'text-down' },
  stopped: { icon: 'pause', look: 'text-muted' },
};

function ProcessState({ state }: { state: Process['state'] }) {
  const { t } = useTranslation();
  const { icon, look } = LOOKS[state];
  return (
    <span className={classes('inline-flex items-center gap-1.5', look)}>
      <Icon name={icon} />
      {t(`operations.processes.states.${state}`)}
    </span>
  );
}
