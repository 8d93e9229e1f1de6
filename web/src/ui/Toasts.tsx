import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';
import { Icon } from './Icon';
import { dismissToast, useToasts } from './toast';

export function Toasts() {
  const { t } = useTranslation();
  const toasts = useToasts();
  return (
    <div
      role="status"
      className="pointer-events-none fixed right-4 bottom-4 left-4 z-50 grid justify-items-end gap-2 max-sm:bottom-20"
    >
      {toasts.map((toast) => (
        <div
          key={toast.id}
          className="card pointer-events-auto flex max-w-md items-center gap-2 py-1 pr-1 pl-3 shadow-raised"
        >
          <Icon name="check" className="size-4 text-up" />
          <span className="min-w-0 py-1">{toast.text}</span>
          <IconButton label={t('action.close')} icon="close" onClick={() => dismissToast(toast.id)} />
        </div>
      ))}
    </div>
  );
}
