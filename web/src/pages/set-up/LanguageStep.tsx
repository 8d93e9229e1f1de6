import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '@/api/types';
import { chooseLanguage, languageOf } from '@/i18n/language';
import { Button } from '@/ui/Button';
import { Segmented } from '@/ui/Segmented';
import { StepTitle } from './StepTitle';

export function LanguageStep({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useTranslation();
  // Its catalogue may take a moment; what was chosen shows at once.
  const [choice, setChoice] = useState(languageOf(i18n.language));
  return (
    <div className="grid gap-4">
      <StepTitle title={t('setup.languageTitle')} text={t('setup.languageText')} />
      <Segmented<Language>
        legend={t('language.label')}
        value={choice}
        onChange={(language) => {
          setChoice(language);
          void chooseLanguage(language);
        }}
        choices={[
          { value: 'en', label: t('language.en') },
          { value: 'zh-CN', label: t('language.zhCN') },
        ]}
      />
      <Button look="primary" onClick={onDone}>
        {t('action.next')}
      </Button>
    </div>
  );
}
