import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/ui/Icon';
import { TextField } from '@/ui/Field';
import { ExpectationFields } from './ExpectationFields';
import { RequestFields } from './RequestFields';
import type { DraftFieldsProps } from './TargetFields';

/** Folded until it is asked for, or until something in it is wrong. */
export function AdvancedFields({ draft, errors, onChange, isWrong }: DraftFieldsProps & { isWrong: boolean }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const shared = { draft, errors, onChange };
  return (
    <details
      open={isOpen || isWrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="group border-t border-line pt-2"
    >
      <summary className="-mx-2 flex min-h-9 list-none items-center gap-1.5 rounded-[7px] px-2 font-medium hover:bg-sunken max-sm:min-h-11 [&::-webkit-details-marker]:hidden">
        <Icon name="chevronRight" className="size-4 text-muted transition-transform group-open:rotate-90" />
        {t('editor.advanced')}
      </summary>
      <div className="mt-3 grid gap-6">
        {draft.kind === 'http' && (
          <>
            <Group title={t('editor.expectGroup')}>
              <ExpectationFields {...shared} />
            </Group>
            <Group title={t('editor.requestGroup')}>
              <RequestFields {...shared} />
            </Group>
          </>
        )}
        <Group title={t('editor.decideGroup')}>
          <div className="grid items-start gap-4 sm:grid-cols-3">
            <TextField
              label={t('editor.failuresBeforeDown')}
              error={errors.of('failuresBeforeDown')}
              inputMode="numeric"
              value={draft.failuresBeforeDown}
              onChange={(event) => onChange({ failuresBeforeDown: event.target.value })}
            />
            <TextField
              label={t('editor.successesBeforeUp')}
              error={errors.of('successesBeforeUp')}
              inputMode="numeric"
              value={draft.successesBeforeUp}
              onChange={(event) => onChange({ successesBeforeUp: event.target.value })}
            />
            <TextField
              label={t('editor.timeout')}
              error={errors.of('config.timeoutMs')}
              inputMode="numeric"
              value={draft.timeoutMs}
              onChange={(event) => onChange({ timeoutMs: event.target.value })}
            />
          </div>
        </Group>
      </div>
    </details>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-2 text-sm font-semibold text-muted">{title}</legend>
      {children}
    </fieldset>
  );
}
