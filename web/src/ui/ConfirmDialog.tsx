import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './Notice';

interface ConfirmDialogProps {
  title: string;
  text: string;
  confirmLabel: string;
  isOpen: boolean;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={props.title} isOpen={props.isOpen} onClose={props.onClose} isQuestion>
      <p className="text-muted">{props.text}</p>
      <ErrorNotice error={props.error} className="mt-3" />
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={props.onClose}>{t('action.cancel')}</Button>
        <Button look="danger" busy={props.busy} onClick={props.onConfirm}>
          {props.confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
