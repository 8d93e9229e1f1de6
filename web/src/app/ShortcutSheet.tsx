import { useTranslation } from 'react-i18next';
import { Dialog } from '@/ui/Dialog';
import { areShortcutsOn } from './remembered';

const KEYS = [
  ['/', 'shortcuts.search'],
  ['n', 'shortcuts.new'],
  ['?', 'shortcuts.sheet'],
  ['Esc', 'shortcuts.escape'],
] as const;

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('shortcuts.title')} isOpen onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {KEYS.map(([key, label]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-grid min-w-8 place-items-center rounded-[6px] border border-line-strong bg-sunken px-2 py-0.5 font-mono text-sm">
                {key}
              </kbd>
            </dt>
            <dd>{t(label)}</dd>
          </div>
        ))}
      </dl>
      {!areShortcutsOn() && <p className="mt-4 text-sm text-muted">{t('shortcuts.off')}</p>}
    </Dialog>
  );
}
