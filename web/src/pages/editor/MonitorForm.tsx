import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTestConfig } from '@/api/actions';
import type { MonitorTarget } from '@/api/types';
import { Report } from '@/monitors/Report';
import { Button, ButtonLink } from '@/ui/Button';
import { TextField } from '@/ui/Field';
import { type Findings, useFocusOnError, useFormErrors } from '@/ui/form';
import { Notice } from '@/ui/Notice';
import { Segmented } from '@/ui/Segmented';
import { AdvancedFields } from './AdvancedFields';
import { ADVANCED, FIELDS, checkDraft } from './check';
import { type Draft, type Kind, nameOf, targetOf } from './draft';
import { TargetFields } from './TargetFields';

export interface MonitorInput {
  name: string;
  failuresBeforeDown: number;
  successesBeforeUp: number;
  target: MonitorTarget;
}

interface MonitorFormProps {
  initial: Draft;
  isKindFixed?: boolean;
  submitLabel: string;
  cancelTo: string;
  busy: boolean;
  error: unknown;
  onSubmit: (input: MonitorInput) => void;
}

export function MonitorForm({ initial, isKindFixed = false, submitLabel, cancelTo, busy, error, onSubmit }: MonitorFormProps) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [own, setOwn] = useState<Findings>();
  // The errors of whichever button was pressed last.
  const [shown, setShown] = useState<'save' | 'test'>('save');
  const test = useTestConfig();
  const serverError = shown === 'save' ? error : test.error;
  const errors = useFormErrors(own ? null : serverError, FIELDS, own);
  useFocusOnError(form, serverError, own);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });

  const attempt = (action: 'save' | 'test', perform: (target: MonitorTarget) => void) => {
    const found = checkDraft(draft, t);
    setOwn(found);
    setShown(action);
    if (!found) perform(targetOf(draft));
  };
  const save = (target: MonitorTarget) =>
    onSubmit({
      name: nameOf(draft),
      failuresBeforeDown: Number(draft.failuresBeforeDown),
      successesBeforeUp: Number(draft.successesBeforeUp),
      target,
    });

  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        attempt('save', save);
      }}
    >
      <div className="card grid gap-4 p-4 sm:p-5">
        {!isKindFixed && (
          <div>
            <Segmented<Kind>
              legend={t('editor.kind')}
              showLegend
              value={draft.kind}
              onChange={(kind) => {
                setOwn(undefined);
                test.reset();
                change({ kind });
              }}
              choices={[
                { value: 'http', label: t('editor.kinds.http') },
                { value: 'tcp', label: t('editor.kinds.tcp') },
              ]}
            />
            <p className="mt-1 text-sm text-muted">{t(`editor.kindHints.${draft.kind}`)}</p>
          </div>
        )}
        <TargetFields draft={draft} errors={errors} onChange={change} autoFocus={!isKindFixed} />
        <TextField
          label={t('editor.name')}
          optional
          error={errors.of('name')}
          placeholder={nameOf(draft) || t('editor.namePlaceholder')}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <AdvancedFields draft={draft} errors={errors} onChange={change} isWrong={ADVANCED.some((path) => errors.of(path))} />
      </div>
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {submitLabel}
        </Button>
        <Button icon="bolt" busy={test.isPending} onClick={() => attempt('test', (target) => test.mutate(target))}>
          {t(test.isPending ? 'monitor.testing' : 'editor.testFirst')}
        </Button>
        <ButtonLink to={cancelTo} look="quiet">
          {t('action.cancel')}
        </ButtonLink>
      </div>
      {test.data && (
        <section aria-label={t('monitor.report.title')} className="card p-4 sm:p-5" aria-live="polite">
          <Report report={test.data} />
        </section>
      )}
    </form>
  );
}
