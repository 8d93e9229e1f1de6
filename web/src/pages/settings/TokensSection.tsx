import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRevokeToken } from '@/api/actions';
import { tokensQuery } from '@/api/queries';
import type { Token } from '@/api/types';
import { RelativeTime, Time } from '@/time/Time';
import { Button } from '@/ui/Button';
import { Card } from '@/ui/Card';
import { ConfirmDialog } from '@/ui/ConfirmDialog';
import { ErrorNotice } from '@/ui/Notice';
import { Loading } from '@/ui/Page';
import { ScrollArea } from '@/ui/ScrollArea';
import { NewTokenForm } from './NewTokenForm';

export function TokensSection() {
  const { t } = useTranslation();
  const tokens = useQuery(tokensQuery);
  return (
    <>
      <Card title={t('settings.tokens.title')} text={t('settings.tokens.text')}>
        <NewTokenForm />
      </Card>
      {tokens.isPending && <Loading />}
      <ErrorNotice error={tokens.error} />
      {tokens.data &&
        (tokens.data.items.length === 0 ? (
          <p className="px-1 text-muted">{t('settings.tokens.none')}</p>
        ) : (
          <TokenTable tokens={tokens.data.items} />
        ))}
    </>
  );
}

function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Token | null>(null);
  const revoke = useRevokeToken();
  return (
    <ScrollArea label={t('settings.tokens.title')} className="card">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('settings.tokens.name')}</th>
            <th scope="col">{t('settings.tokens.access')}</th>
            <th scope="col" className="max-sm:hidden">
              {t('settings.tokens.created')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('settings.tokens.lastUsed')}
            </th>
            <th scope="col">
              <span className="sr-only">{t('settings.tokens.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td className="font-medium">{token.name}</td>
              <td className="whitespace-nowrap">{t(`settings.tokens.${token.access}`)}</td>
              <td className="whitespace-nowrap max-sm:hidden">
                <Time at={token.createdAt} style="date" />
              </td>
              <td className="whitespace-nowrap max-sm:hidden">
                {token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : t('settings.tokens.neverUsed')}
              </td>
              <td className="num">
                <Button look="danger" aria-label={`${t('settings.tokens.revoke')}: ${token.name}`} onClick={() => setAsked(token)}>
                  {t('settings.tokens.revoke')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ConfirmDialog
        title={t('settings.tokens.revokeTitle', { name: asked?.name ?? '' })}
        text={t('settings.tokens.revokeText')}
        confirmLabel={t('settings.tokens.revoke')}
        isOpen={asked !== null}
        busy={revoke.isPending}
        error={revoke.error}
        onClose={() => setAsked(null)}
        onConfirm={() => asked && revoke.mutate(asked.id, { onSuccess: () => setAsked(null) })}
      />
    </ScrollArea>
  );
}
