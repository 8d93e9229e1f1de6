import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '@/api/types';

export const LANGUAGES: readonly Language[] = ['en', 'zh-CN'];

// Also read by theme/boot.js.
const STORAGE_KEY = 'watchbill.language';

const loaders: Record<Language, () => Promise<object>> = {
  en: () => import('./en').then((module) => module.en),
  'zh-CN': () => import('./zh-CN').then((module) => module.zhCN),
};

/** What this browser asks for: the choice made here before, or else its own language. */
export function preferredLanguage(): Language {
  return languageOf(localStorage.getItem(STORAGE_KEY) ?? navigator.language);
}

export function languageOf(tag: string): Language {
  return /^zh/i.test(tag) ? 'zh-CN' : 'en';
}

export async function startLanguage(): Promise<void> {
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await loaders[language]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Shows the page in `language`; null forgets the choice and follows the browser. */
export async function chooseLanguage(choice: Language | null): Promise<void> {
  if (choice === null) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, choice);
  await show(choice ?? languageOf(navigator.language));
}

async function show(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await loaders[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
