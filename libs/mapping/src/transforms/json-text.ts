import { JsonError, parseJson, stableJson, type Json } from '@isthmus/json';
import { optionsSchema, refuse, Refusal, wrongType, type Transform } from './transform.js';

interface Options {
  readonly max?: number;
  readonly depth?: number;
  readonly holds?: 'object' | 'list';
}

const MAX_TEXT = 100_000;
const MAX_DEPTH = 16;

/** A text that holds JSON ↔ the value. Numbers that a double cannot hold stay texts, so that no digit is lost. */
export const jsonText: Transform<Options> = {
  name: 'json-text',
  summary: { en: 'Text that holds JSON ↔ the value', zh: '含 JSON 的文本 ↔ 其值' },
  options: optionsSchema({
    max: { type: 'integer', minimum: 1, maximum: 1_000_000, description: `Longest text (default ${MAX_TEXT})` },
    depth: { type: 'integer', minimum: 1, maximum: 30, description: `Levels of nesting (default ${MAX_DEPTH})` },
    holds: { enum: ['object', 'list'], description: 'Refuses anything else' },
  }),
  native: ['text'],
  canonical: 'any',
  toCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('a text that holds JSON', '含 JSON 的文本');
    if (value.length > (options.max ?? MAX_TEXT)) return tooLong(options);
    const read = parse(value, options.depth ?? MAX_DEPTH);
    return read instanceof Refusal ? read : (misfit(read, options) ?? read);
  },
  fromCanonical: (value, options) => {
    const refused = misfit(value, options);
    if (refused) return refused;
    const text = stableJson(value);
    if (text.length > (options.max ?? MAX_TEXT)) return tooLong(options);
    const read = parse(text, options.depth ?? MAX_DEPTH);
    return read instanceof Refusal ? read : text;
  },
  cases: [
    { native: '{"colour":"red","size":[1,2]}', canonical: { colour: 'red', size: [1, 2] } },
    {
      native: '{"id": 1234567890123456789}',
      canonical: { id: '1234567890123456789' },
      back: '{"id":"1234567890123456789"}',
    },
    { native: '["a"]', options: { holds: 'list' }, canonical: ['a'] },
  ],
};

function parse(text: string, depth: number): Json | Refusal {
  try {
    return withoutMinusZero(parseJson(text, { depth }));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return refuse(error.code, `the text cannot be read: ${error.message}`, '文本中的 JSON 无法读取');
  }
}

/** JSON has two zeros that no text keeps apart. */
function withoutMinusZero(value: Json): Json {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, withoutMinusZero(held)]));
}

function misfit(value: Json, { holds }: Options): Refusal | undefined {
  if (holds === 'list' && !Array.isArray(value)) return wrongType('a list', '列表');
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return holds === 'object' && !isObject ? wrongType('an object', '对象') : undefined;
}

function tooLong({ max = MAX_TEXT }: Options): Refusal {
  return refuse('mapping.too-long', `the JSON is longer than ${max} characters`, `JSON 超过 ${max} 个字符`);
}
