import type { Wording } from '@isthmus/api-contract';

/** Languages that the command line speaks. */
export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * The language of a call: `--lang` before all else, then LC_ALL, LC_MESSAGES and LANG, as other programs do; English when none says.
 * Read before the options are parsed, because the help texts depend on it; a wrong value is refused later, by the parser.
 */
export function chosenLanguage(
  argv: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Language {
  const at = argv.indexOf('--lang');
  const asked = at >= 0 ? argv[at + 1] : argv.find((text) => text.startsWith('--lang='))?.slice('--lang='.length);
  const locale = asked ?? [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(Boolean);
  return /^zh\b|^zh_/i.test(locale ?? '') ? 'zh-CN' : 'en';
}

/** The text in one language. */
export function inLanguage(language: Language, wording: Wording): string {
  return language === 'zh-CN' ? wording.zh : wording.en;
}

/** The same text in both languages: names, codes, and what the hub has already put into the caller's language. */
export function plain(text: string): Wording {
  return { en: text, zh: text };
}
