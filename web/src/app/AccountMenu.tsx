import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSignOut } from '@/api/actions';
import { Icon } from '@/ui/Icon';
import { openShortcutSheet } from './shortcut-sheet';
import { useMe } from './me';

const ITEM =
  'flex min-h-9 w-full items-center gap-2 rounded-[6px] px-2.5 text-left hover:bg-sunken max-sm:min-h-11';

/** The browser's own popover: it closes by Esc and by a click beside it, and returns the focus. */
export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const signOut = useSignOut();
  const name = me.name || me.email;
  const hide = () => popover.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={t('nav.account', { name })}
        title={name}
        className="grid size-9 place-items-center rounded-full bg-accent-soft font-semibold text-accent uppercase hover:ring-1 hover:ring-accent max-sm:size-10"
      >
        {[...name][0] ?? '?'}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        className="card fixed inset-auto top-12 right-3 m-0 w-60 p-1 text-ink shadow-raised"
      >
        <div className="px-2.5 py-2">
          {me.name && <p className="truncate font-medium">{me.name}</p>}
          <p className="truncate text-sm text-muted">{me.email}</p>
        </div>
        <div className="border-t border-line pt-1">
          <Link to="/settings/personal" className={ITEM} onClick={hide}>
            <Icon name="user" />
            {t('settings.sections.personal')}
          </Link>
          <button
            type="button"
            className={`${ITEM} max-sm:hidden`}
            onClick={() => {
              hide();
              openShortcutSheet();
            }}
          >
            <Icon name="keyboard" />
            {t('nav.shortcuts')}
          </button>
          <button type="button" className={ITEM} onClick={() => signOut.mutate(undefined)}>
            <Icon name="signOut" />
            {t('nav.signOut')}
          </button>
        </div>
      </div>
    </>
  );
}
