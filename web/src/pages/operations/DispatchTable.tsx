import { useTranslation } from 'react-i18next';
import type { LoggedDispatch } from '@/api/types';
import { Time } from '@/time/Time';
import { formatMs } from '@/time/format';
import { Icon } from '@/ui/Icon';
import { ScrollArea } from '@/ui/ScrollArea';
import { Nothing, Section } from './Section';

export function DispatchTable({ dispatches }: { dispatches: readonly LoggedDispatch[] }) {
  const { t } = useTranslation();
  const title = t('operations.dispatches.title');
  if (dispatches.length === 0)
    return (
      <Section title={title}>
        <Nothing>{t('operations.dispatches.none')}</Nothing>
      </Section>
    );
  return (
    <Section title={title}>
      <ScrollArea label={t('operations.table', { title })} className="card max-h-96 overflow-y-auto">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{t('operations.dispatches.at')}</th>
              <th scope="col">{t('operations.dispatches.source')}</th>
              <th scope="col" className="max-sm:hidden">
                {t('operations.dispatches.mode')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.dispatches.claimed')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.dispatches.remaining')}
              </th>
              <th scope="col" className="num max-sm:hidden">
                {t('operations.dispatches.duration')}
              </th>
            </tr>
          </thead>
          <tbody>
            {dispatches.map((entry, at) => (
              // Entries are never changed, and nothing else names them.
              <DispatchRow key={`${entry.at} ${dispatches.length - at}`} entry={entry} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Section>
  );
}

function DispatchRow({ entry }: { entry: LoggedDispatch }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <tr className="hover:bg-sunken">
      <td className="sm:whitespace-nowrap">
        <Time at={entry.at} style="compact" />
      </td>
      <td>
        {nameOf(entry.source, { cron: t('operations.dispatches.sources.cron'), ticker: t('operations.dispatches.sources.ticker') })}
        <p className="text-xs text-muted sm:hidden">
          {t('operations.dispatches.claimed')} {number.format(entry.claimed)} · {t('operations.dispatches.remaining')}{' '}
          {number.format(entry.remaining)}
        </p>
        {entry.error && (
          <p className="flex items-start gap-1.5 text-down">
            <Icon name="warning" className="mt-[2px] size-4" />
            <span className="min-w-0 wrap-anywhere">{entry.error}</span>
          </p>
        )}
      </td>
      <td className="whitespace-nowrap max-sm:hidden">
        {nameOf(entry.mode, {
          dispatch: t('operations.dispatches.modes.dispatch'),
          direct: t('operations.dispatches.modes.direct'),
          sync: t('operations.dispatches.modes.sync'),
        })}
      </td>
      <td className="num max-sm:hidden">{number.format(entry.claimed)}</td>
      <td className="num max-sm:hidden">{number.format(entry.remaining)}</td>
      <td className="num whitespace-nowrap max-sm:hidden">{formatMs(entry.durationMs, i18n.language)}</td>
    </tr>
  );
}

/** What a later version may add is shown as the server calls it. */
function nameOf(word: string, names: Record<string, string>): string {
  return names[word] ?? word;
}
