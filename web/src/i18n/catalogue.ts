import type { en } from './en';

type PluralSuffix = '_one' | '_other';

/** The same keys with text for each. Chinese has no singular, so `…_one` of English may be left out. */
export type Catalogue<T = typeof en> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Catalogue<T[K]>;
};

/** All texts by their whole key, "dashboard.sortBy.name". */
export function flatten(texts: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value as object, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

/** "dashboard.shown" of "dashboard.shown_other". */
export function withoutPlural(key: string): string {
  const suffixes: PluralSuffix[] = ['_one', '_other'];
  const suffix = suffixes.find((end) => key.endsWith(end));
  return suffix ? key.slice(0, -suffix.length) : key;
}
