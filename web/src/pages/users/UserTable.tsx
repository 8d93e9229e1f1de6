import { useTranslation } from 'react-i18next';
import { Menu, MenuItem, MenuTrigger, Popover, Button as AriaButton } from 'react-aria-components';
import type { User } from '@/api/types';
import { useMe } from '@/app/me';
import { RoundStatusText } from '@/schedule/RoundStatusText';
import { RelativeTime, Time } from '@/time/Time';
import { Icon } from '@/ui/Icon';
import { ScrollArea } from '@/ui/ScrollArea';
import type { UserAction } from './UserDialogs';

interface UserTableProps {
  users: readonly User[];
  onAction: (user: User, action: UserAction) => void;
}

export function UserTable({ users, onAction }: UserTableProps) {
  const { t } = useTranslation();
  return (
    <ScrollArea label={t('users.title')} className="card">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{t('users.user')}</th>
            <th scope="col" className="max-sm:hidden">
              {t('users.role')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('users.status')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('users.interval')}
            </th>
            <th scope="col" className="num max-sm:hidden">
              {t('users.monitors')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('users.lastRun')}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t('users.created')}
            </th>
            <th scope="col">
              <span className="sr-only">{t('settings.tokens.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <UserRow key={user.id} user={user} onAction={(action) => onAction(user, action)} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function UserRow({ user, onAction }: { user: User; onAction: (action: UserAction) => void }) {
  const { t } = useTranslation();
  const isMe = useMe().id === user.id;
  const { schedule } = user;
  return (
    <tr className="hover:bg-sunken">
      <td className="sm:min-w-48">
        <span className="font-medium">{user.name || user.email}</span>
        {isMe && <span className="ml-1.5 rounded-full bg-accent-soft px-1.5 text-xs text-accent">{t('users.you')}</span>}
        {user.name && <p className="text-xs break-all text-muted">{user.email}</p>}
        <p className="text-xs text-muted sm:hidden">
          {t(`users.roles.${user.role}`)} · {t(user.disabled ? 'users.disabled' : 'users.active')} · {t('users.monitors')}{' '}
          {user.monitorCount} ·{' '}
          {schedule.enabled ? t('users.everyMinutes', { count: schedule.intervalMinutes }) : t('users.intervalOff')}
        </p>
      </td>
      <td className="whitespace-nowrap max-sm:hidden">{t(`users.roles.${user.role}`)}</td>
      <td className="whitespace-nowrap max-sm:hidden">
        {user.disabled ? (
          <span className="inline-flex items-center gap-1.5 text-muted">
            <Icon name="pause" />
            {t('users.disabled')}
          </span>
        ) : (
          t('users.active')
        )}
      </td>
      <td className="whitespace-nowrap max-sm:hidden">
        {schedule.enabled ? t('users.everyMinutes', { count: schedule.intervalMinutes }) : t('users.intervalOff')}
      </td>
      <td className="num max-sm:hidden">{user.monitorCount}</td>
      <td className="whitespace-nowrap max-sm:hidden">
        {schedule.lastRunAt && schedule.lastStatus ? (
          <span className="inline-flex gap-2">
            <RoundStatusText status={schedule.lastStatus} />
            <span className="text-muted">
              <RelativeTime at={schedule.lastRunAt} />
            </span>
          </span>
        ) : (
          '–'
        )}
      </td>
      <td className="whitespace-nowrap max-sm:hidden">
        <Time at={user.createdAt} style="date" />
      </td>
      <td className="num !py-1">{!isMe && <ActionMenu user={user} onAction={onAction} />}</td>
    </tr>
  );
}

function ActionMenu({ user, onAction }: { user: User; onAction: (action: UserAction) => void }) {
  const { t } = useTranslation();
  const items: { id: UserAction; label: string; isGrave?: boolean }[] = [
    { id: 'role', label: t(user.role === 'admin' ? 'users.makeUser' : 'users.makeAdmin') },
    { id: 'password', label: t('users.resetPassword') },
    { id: 'disabled', label: t(user.disabled ? 'users.enable' : 'users.disable') },
    { id: 'delete', label: t('users.delete'), isGrave: true },
  ];
  return (
    <MenuTrigger>
      <AriaButton
        aria-label={t('users.actions', { name: user.name || user.email })}
        className="inline-grid size-8 place-items-center rounded-[6px] text-muted hover:bg-sunken hover:text-ink max-sm:size-11"
      >
        <Icon name="dots" />
      </AriaButton>
      <Popover placement="bottom end" className="card min-w-48 p-1 shadow-raised">
        <Menu items={items} onAction={(key) => onAction(key as UserAction)} className="outline-none">
          {(item) => (
            <MenuItem
              id={item.id}
              className={`flex min-h-9 cursor-pointer items-center rounded-[6px] px-2.5 outline-none data-focused:bg-sunken max-sm:min-h-11 ${item.isGrave ? 'text-down' : ''}`}
            >
              {item.label}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
