import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usersQuery } from '@/api/queries';
import type { User } from '@/api/types';
import { Button } from '@/ui/Button';
import { Icon } from '@/ui/Icon';
import { ErrorNotice } from '@/ui/Notice';
import { Loading, Page } from '@/ui/Page';
import { AddUserDialog } from './AddUserDialog';
import { type UserAction, UserDialogs } from './UserDialogs';
import { UserTable } from './UserTable';

export default function UsersPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const query = useInfiniteQuery(usersQuery(useDeferredValue(search.trim())));
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ user: User; action: UserAction } | null>(null);
  const users = query.data?.pages.flatMap((page) => page.items);
  return (
    <Page
      title={t('users.title')}
      actions={
        <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      }
    >
      <div className="relative max-w-80">
        <Icon name="search" className="pointer-events-none absolute inset-y-0 left-2.5 my-auto size-4 text-muted" />
        <input
          data-search
          type="search"
          aria-label={t('users.search')}
          placeholder={t('users.searchHint')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && setSearch('')}
          className="control pl-8"
        />
      </div>
      {query.isPending && <Loading />}
      <ErrorNotice error={query.error} />
      {users &&
        (users.length === 0 ? (
          <p className="card py-12 text-center text-muted">{t('users.none')}</p>
        ) : (
          <UserTable users={users} onAction={(user, action) => setAsked({ user, action })} />
        ))}
      {query.hasNextPage && (
        <div className="text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('action.more')}
          </Button>
        </div>
      )}
      {isAdding && <AddUserDialog onClose={() => setAdding(false)} />}
      {asked && <UserDialogs key={asked.user.id} {...asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}
