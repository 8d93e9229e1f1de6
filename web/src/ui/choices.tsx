import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language, Theme } from '@/api/types';
import { chooseLanguage, languageOf } from '@/i18n/language';
import { chooseTheme, themeChoice } from '@/theme/theme';

/** For who has no account to keep the choice in: this browser remembers it. */
export function LanguageSelect() {
  const { t, i18n } = useTranslation();
  return (
    <select
      aria-label={t('language.label')}
      value={languageOf(i18n.language)}
      onChange={(event) => void chooseLanguage(event.target.value as Language)}
      className="control w-auto bg-transparent"
    >
      <option value="en">{t('language.en')}</option>
      <option value="zh-CN">{t('language.zhCN')}</option>
    </select>
  );
}

export function ThemeSelect() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(themeChoice);
  return (
    <select
      aria-label={t('theme.label')}
      value={theme}
      onChange={(event) => {
        const choice = event.target.value as Theme;
        setTheme(choice);
        chooseTheme(choice);
      }}
      className="control w-auto bg-transparent"
    >
      <option value="system">{t('theme.system')}</option>
      <option value="light">{t('theme.light')}</option>
      <option value="dark">{t('theme.dark')}</option>
    </select>
  );
}
