import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from './Button';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** A question that must be answered: clicking beside it does nothing. */
  isQuestion?: boolean;
  children: ReactNode;
}

/** Focus stays inside, Esc closes, and the focus returns to where it was. */
export function Dialog({ title, isOpen, onClose, isQuestion = false, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isQuestion}
      className="fixed inset-0 z-40 grid place-items-center overflow-y-auto overscroll-contain bg-backdrop p-4 max-sm:place-items-end max-sm:p-2"
    >
      <Modal className="card w-full max-w-lg shadow-raised">
        <AriaDialog role={isQuestion ? 'alertdialog' : 'dialog'} className="outline-none">
          <div className="flex items-center justify-between gap-2 py-2.5 pr-2 pl-4">
            <Heading slot="title" className="text-lg font-semibold">
              {title}
            </Heading>
            {!isQuestion && <IconButton label={t('action.close')} icon="close" onClick={onClose} />}
          </div>
          <div className="px-4 pb-4">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
