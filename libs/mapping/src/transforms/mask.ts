import type { Json } from '@isthmus/json';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform } from './transform.js';

interface Options {
  readonly first?: number;
  readonly last?: number;
  readonly with?: string;
}

const MAX_TEXT = 10_000;

/** A text of which only the first and last characters stay readable. One way. */
export const mask: Transform<Options> = {
  name: 'mask',
  summary: {
    en: 'Only the first and last characters stay readable (138****8000); one way, in or out',
    zh: '仅保留首尾字符（138****8000）；单向',
  },
  options: optionsSchema({
    first: { type: 'integer', minimum: 0, maximum: 20, description: 'Characters that stay at the start (default 0)' },
    last: { type: 'integer', minimum: 0, maximum: 20, description: 'Characters that stay at the end (default 0)' },
    with: { type: 'string', pattern: '^[!-~]$', description: 'Sign for each hidden character (default *)' },
  }),
  native: ['text'],
  canonical: 'text',
  reversible: () => false,
  writesAlone: true,
  loses: () => ({ en: 'the hidden characters', zh: '被隐藏的字符' }),
  toCanonical: masked,
  fromCanonical: masked,
  cases: [
    { native: '13800138000', options: { first: 3, last: 4 }, canonical: '138****8000' },
    { native: '王小明', options: { first: 1 }, canonical: '王**' },
    { native: '1234', options: { first: 3, last: 4 }, canonical: '****' },
  ],
};

/** A text that is too short to hide anything is hidden whole. */
function masked(value: Json, { first = 0, last = 0, with: sign = '*' }: Options): string | Refusal {
  if (typeof value !== 'string') return wrongType('text', '文本');
  if (value.length > MAX_TEXT)
    return refuse('mapping.too-long', `longer than ${MAX_TEXT} characters`, `超过 ${MAX_TEXT} 个字符`);
  const characters = [...value];
  const hidden = characters.length - first - last;
  if (hidden <= 0) return sign.repeat(characters.length);
  return (
    characters.slice(0, first).join('') + sign.repeat(hidden) + characters.slice(characters.length - last).join('')
  );
}
