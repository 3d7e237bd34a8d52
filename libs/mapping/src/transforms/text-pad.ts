import { refuse, type Refusal } from './transform.js';

/** Filling of a fixed length on the native side: `00000123` ↔ `123`. */
export interface Pad {
  readonly length: number;
  readonly with: string;
  /** @default start */
  readonly side?: 'start' | 'end';
  /** Texts that are not all digits stay as they are. @default false */
  readonly digitsOnly?: boolean;
}

/** Option schema of `Pad`. */
export const padSchema = {
  type: 'object',
  required: ['length', 'with'],
  additionalProperties: false,
  properties: {
    length: { type: 'integer', minimum: 2, maximum: 200 },
    with: { type: 'string', pattern: '^[ -~]$' },
    side: { enum: ['start', 'end'] },
    digitsOnly: { type: 'boolean' },
  },
  description:
    'The native text is filled to a length { length, with: one sign, side: start (default) or end, digitsOnly: other texts stay }',
};

const DIGITS = /^\d+$/;

/** The text without its filling; of a text that is all filling one sign stays. */
export function unpad(text: string, pad: Pad): string {
  const { start, end } = bare(text, pad);
  const found = start < end ? text.slice(start, end) : pad.with;
  return pad.digitsOnly === true && !DIGITS.test(found) ? text : found;
}

function bare(text: string, pad: Pad): { readonly start: number; readonly end: number } {
  let [start, end] = [0, text.length];
  if (pad.side === 'end') while (end > 0 && text[end - 1] === pad.with) end -= 1;
  else while (start < end && text[start] === pad.with) start += 1;
  return { start, end };
}

/** The filled text. One that begins (or ends) with the filling sign itself would come back shorter and is refused. */
export function pad(text: string, options: Pad): string | Refusal {
  if (unpad(text, options) !== text) {
    return refuse(
      'mapping.pad-inside',
      'the text begins or ends with the filling sign and would come back shorter',
      '文本以填充字符开头或结尾，回读时会变短',
    );
  }
  if (options.digitsOnly === true && !DIGITS.test(text)) return text;
  return options.side === 'end'
    ? text.padEnd(options.length, options.with)
    : text.padStart(options.length, options.with);
}
