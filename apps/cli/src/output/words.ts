import type { Wording } from '@isthmus/api-contract';
import { inLanguage } from '../language.js';
import type { Language } from '../language.js';

const UNITS: readonly (readonly [seconds: number, unit: Wording])[] = [
  [86_400, { en: 'd', zh: '天' }],
  [3_600, { en: 'h', zh: '小时' }],
  [60, { en: 'min', zh: '分' }],
  [1, { en: 's', zh: '秒' }],
];

/** A span in its largest whole unit: `12 min`, `3 天`; `-` for none. */
export function duration(seconds: number | null | undefined, language: Language): string {
  if (seconds === null || seconds === undefined) return '-';
  const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, { en: 's', zh: '秒' }];
  return `${Math.floor(seconds / size)} ${inLanguage(language, unit)}`;
}

/** An RFC 3339 instant to the second, in UTC as it came: `2026-11-23 08:00:00Z`; `-` for none. */
export function moment(instant: string | null | undefined): string {
  return instant ? `${instant.slice(0, 19).replace('T', ' ')}Z` : '-';
}

/** `-` for nothing. */
export function orDash(text: string | number | null | undefined): string {
  return text === null || text === undefined || text === '' ? '-' : String(text);
}

/** Cuts a long text; whole values are in the JSON output. */
export function short(text: string, most = 100): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** A value of a record on one line; a missing one is empty. */
export function valueText(value: unknown): string {
  return value === undefined ? '' : short(typeof value === 'string' ? value : JSON.stringify(value), 60);
}

/** The texts of a failure or reason as the API gives it: its message in the language, else its code. */
export function reasonText(reason: { readonly [key: string]: unknown } | null | undefined, language: Language): string {
  const message = reason?.['message'];
  if (isWording(message)) return inLanguage(language, message);
  const code = reason?.['code'];
  return typeof code === 'string' ? code : '-';
}

function isWording(value: unknown): value is Wording {
  const { en, zh } = (value ?? {}) as Partial<Wording>;
  return typeof en === 'string' && typeof zh === 'string';
}
