import { createHash } from 'node:crypto';
import type { Json } from '@isthmus/json';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform } from './transform.js';

interface Options {
  readonly prefix?: string;
}

/** SHA-256 of a text, so that two systems can compare what neither may see. One way; it hides no value that can be guessed. */
export const hash: Transform<Options> = {
  name: 'hash',
  summary: {
    en: 'SHA-256 of the UTF-8 text as 64 hex digits; one way, in or out. Values that can be guessed (phones) stay guessable',
    zh: 'UTF-8 文本的 SHA-256（64 位十六进制）；单向。可枚举的值（如手机号）仍可被猜出',
  },
  options: optionsSchema({
    prefix: { type: 'string', minLength: 1, maxLength: 20, description: 'Before the digits, for example sha256:' },
  }),
  native: ['text'],
  canonical: 'text',
  reversible: () => false,
  writesAlone: true,
  loses: () => ({ en: 'the text', zh: '原文' }),
  toCanonical: digest,
  fromCanonical: digest,
  cases: [
    {
      native: 'abc',
      canonical: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
    {
      native: 'abc',
      options: { prefix: 'sha256:' },
      canonical: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
  ],
};

function digest(value: Json, { prefix = '' }: Options): string | Refusal {
  if (typeof value !== 'string') return wrongType('text', '文本');
  // Half a character has no bytes of its own: two such texts would have one hash.
  if (!value.isWellFormed())
    return refuse('mapping.dangerous-text', 'the text holds half a character', '文本含有不完整字符');
  return prefix + createHash('sha256').update(value, 'utf8').digest('hex');
}
