import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCreateMonitor } from '@/api/actions';
import { Button } from '@/ui/Button';
import { TextField } from '@/ui/Field';
import { useFormErrors } from '@/ui/form';
import { Notice } from '@/ui/Notice';
import { HTTP_DEFAULTS, nameFromUrl, withScheme } from '@/monitors/defaults';
import { StepTitle } from './StepTitle';

const FIELDS = { 'config.url': { max: 2048, isText: true } };

export function MonitorStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [url, setUrl] = useState('');
  const [isMissing, setMissing] = useState(false);
  const create = useCreateMonitor();
  const errors = useFormErrors(create.error, FIELDS, isMissing ? { 'config.url': t('fieldError.required') } : undefined);

  const submit = () => {
    const address = withScheme(url);
    setMissing(address === '');
    if (address === '') return;
    create.mutate(
      {
        kind: 'http',
        name: nameFromUrl(address),
        paused: false,
        failuresBeforeDown: 1,
        successesBeforeUp: 1,
        config: { ...HTTP_DEFAULTS, url: address },
      },
      { onSuccess: onDone },
    );
  };

  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <StepTitle title={t('setup.monitorTitle')} text={t('setup.monitorText')} />
      <TextField
        label={t('setup.monitorUrl')}
        error={errors.of('config.url')}
        type="url"
        inputMode="url"
        placeholder="https://example.org/"
        autoFocus
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      {errors.rest && <Notice tone="bad">{errors.rest}</Notice>}
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('setup.addMonitor')}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t('action.skip')}
        </Button>
      </div>
    </form>
  );
}
