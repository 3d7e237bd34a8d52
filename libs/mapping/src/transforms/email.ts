import { cleanCode, normaliseEmail } from '@isthmus/canonical';
import { optionsSchema, Refusal, valueOf, wrongType, type Transform } from './transform.js';

interface Options {
  readonly invalid?: 'keep' | 'reject';
}

/** E-mail address with its domain in lower case. A text that is none is kept as it is: it identifies nobody, and nothing is lost. */
export const email: Transform<Options> = {
  name: 'email',
  summary: { en: 'E-mail address, domain in lower case', zh: '电子邮箱，域名小写' },
  options: optionsSchema({
    invalid: { enum: ['keep', 'reject'], description: 'What becomes of a text that is no address (default keep)' },
  }),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const address = valueOf(normaliseEmail(value));
    return address instanceof Refusal && options.invalid !== 'reject' ? cleanCode(value) : address;
  },
  fromCanonical: (value) => (typeof value === 'string' ? value : wrongType('text', '文本')),
  cases: [
    { native: ' Anna.Berg@Example.COM ', canonical: 'Anna.Berg@example.com', back: 'Anna.Berg@example.com' },
    { native: 'ask reception', canonical: 'ask reception' },
  ],
};
