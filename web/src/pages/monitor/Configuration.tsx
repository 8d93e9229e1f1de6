import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HttpConfig, Monitor } from '@/api/types';
import { Time } from '@/time/Time';

/** What is set, in the words of the form. */
export function Configuration({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  return (
    <dl className="grid gap-x-6 gap-y-3 p-4 sm:grid-cols-2 lg:grid-cols-3">
      <Entry name={t('editor.kind')}>{t(`editor.kinds.${monitor.kind}`)}</Entry>
      {monitor.kind === 'http' ? (
        <HttpEntries config={monitor.config} />
      ) : (
        <>
          <Entry name={t('editor.host')}>{monitor.config.host}</Entry>
          <Entry name={t('editor.port')}>{monitor.config.port}</Entry>
        </>
      )}
      <Entry name={t('editor.timeout')}>{monitor.config.timeoutMs}</Entry>
      <Entry name={t('editor.failuresBeforeDown')}>{monitor.failuresBeforeDown}</Entry>
      <Entry name={t('editor.successesBeforeUp')}>{monitor.successesBeforeUp}</Entry>
      <Entry name={t('monitor.createdAt')}>
        <Time at={monitor.createdAt} />
      </Entry>
    </dl>
  );
}

function HttpEntries({ config }: { config: HttpConfig }) {
  const { t } = useTranslation();
  return (
    <>
      <Entry name={t('editor.url')}>{`${config.method} ${config.url}`}</Entry>
      <Entry name={t('editor.expectedStatus')}>{config.expectedStatus.join(', ')}</Entry>
      {config.keyword && (
        <Entry name={t('editor.keyword')}>
          “{config.keyword.text}” {t(`editor.${config.keyword.expect ?? 'present'}`)}
        </Entry>
      )}
      {config.pattern && (
        <Entry name={t('editor.pattern')}>
          <code className="font-mono">{config.pattern.regex}</code> {t(`editor.${config.pattern.expect ?? 'present'}`)}
        </Entry>
      )}
      {config.headers.length > 0 && (
        <Entry name={t('editor.headers')}>{config.headers.map(({ name }) => name).join(', ')}</Entry>
      )}
      <Entry name={t('editor.maxRedirects')}>{config.followRedirects ? config.maxRedirects : 0}</Entry>
      {config.certificateWarningDays !== null && (
        <Entry name={t('editor.certificateWarningDays')}>{config.certificateWarningDays}</Entry>
      )}
    </>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
