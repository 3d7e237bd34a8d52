import { refuse, type Refusal, type TransformContext } from './transform.js';

/** Longest text that one side keeps. */
export interface Cut {
  readonly max: number;
  readonly onTooLong: 'refuse' | 'cut';
  /** @default characters */
  readonly count?: 'characters' | 'utf8-bytes';
}

/** Option schema of `Cut`. */
export const cutSchema = {
  type: 'object',
  required: ['max', 'onTooLong'],
  additionalProperties: false,
  properties: {
    max: { type: 'integer', minimum: 1, maximum: 100_000 },
    onTooLong: { enum: ['refuse', 'cut'] },
    count: { enum: ['characters', 'utf8-bytes'] },
  },
  description:
    'Longest text { max, onTooLong: refuse or cut, count: characters (default) or utf8-bytes }, both ways; a cut is noted as a warning',
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The text when it fits; else it is refused, or cut between two visible characters with a warning (`mapping.text-cut`).
 * Where nobody takes warnings it is refused, so that no text is ever cut in silence.
 */
export function fit(text: string, cut: Cut, context: TransformContext): string | Refusal {
  const size = cut.count === 'utf8-bytes' ? bytesOf : charactersOf;
  if (text.length * (cut.count === 'utf8-bytes' ? 3 : 1) <= cut.max || size(text) <= cut.max) return text;
  const shorter = cut.onTooLong === 'cut' && context.warn ? cutTo(text, cut.max, size) : '';
  if (shorter === '') return tooLong(cut.max);
  context.warn?.({
    code: 'mapping.text-cut',
    message: { en: `the text was cut to ${cut.max}`, zh: `文本已截断为 ${cut.max}` },
  });
  return shorter;
}

/** The text does not fit. */
export function tooLong(max: number): Refusal {
  return refuse('mapping.too-long', `the text is longer than ${max}`, `文本长度超过 ${max}`);
}

function cutTo(text: string, max: number, size: (text: string) => number): string {
  let room = max;
  let end = 0;
  // Nothing beyond twice the limit can be part of what stays.
  for (const { segment } of segmenter.segment(text.slice(0, max * 2 + 64))) {
    room -= size(segment);
    if (room < 0) break;
    end += segment.length;
  }
  return text.slice(0, end).trim();
}

function charactersOf(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // The second half of a pair belongs to the character before.
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
