import { cleanText } from '@isthmus/canonical';
import type { Wording } from '../contract.js';
import { patternOf, type Pattern } from './compiled-pattern.js';
import { optionsSchema, refuse, Refusal, wrongType, type Transform } from './transform.js';

interface Options {
  readonly find: string;
  readonly take?: number | string;
  readonly replace?: string;
  readonly ignoreCase?: boolean;
  readonly noMatch?: 'park' | 'pass' | 'empty';
  readonly back?: string;
}

const MAX_TEXT = 10_000;
const VALUE = '{value}';

/** A part of a text by a pattern, or a text with its matches replaced. One way, unless a template around the part restores the text. */
export const pattern: Transform<Options> = {
  name: 'pattern',
  summary: {
    en: 'Part of a text by a pattern, or matches replaced (RE2: linear time); back by a template around the part',
    zh: '按正则（RE2，线性时间）取出部分文本或替换；可用模板回写',
  },
  options: optionsSchema(
    {
      find: { type: 'string', minLength: 1, maxLength: 300, description: 'Pattern in RE2 syntax' },
      take: {
        anyOf: [
          { type: 'integer', minimum: 0, maximum: 20 },
          { type: 'string', pattern: '^[A-Za-z]\\w{0,30}$' },
        ],
        description: 'Group that is taken, by number or name (default 0: the whole match)',
      },
      replace: {
        type: 'string',
        maxLength: 200,
        description: 'Instead of take: every match becomes this; $1 is a group',
      },
      ignoreCase: { type: 'boolean', description: 'Upper and lower case are the same' },
      noMatch: {
        enum: ['park', 'pass', 'empty'],
        description: 'A text without a match parks (default), passes as it is, or counts as empty',
      },
      back: { type: 'string', maxLength: 200, description: 'Text around the part on the way back: SO-{value}' },
    },
    ['find'],
  ),
  native: ['text'],
  canonical: 'text',
  reversible: (options) => options.back !== undefined,
  writesAlone: true,
  loses: ({ back, replace }) => {
    if (back !== undefined) return undefined;
    return replace === undefined
      ? { en: 'the text around the part', zh: '所取部分以外的文本' }
      : { en: 'what the matches held', zh: '被替换的内容' };
  },
  problemOf,
  toCanonical: (value, options) => (typeof value === 'string' ? run(value, options) : wrongType('text', '文本')),
  fromCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    if (options.back === undefined) return run(value, options);
    const written = options.back.split(VALUE).join(value);
    return run(written, options) === value
      ? written
      : refuse('mapping.pattern-mismatch', 'the pattern would not read this value back', '该值回写后无法被正则读回');
  },
  cases: [
    { native: 'SO-1001', options: { find: '^SO-(\\d+)$', take: 1, back: 'SO-{value}' }, canonical: '1001' },
    {
      native: 'Room 12, Floor 3',
      options: { find: 'Floor (?P<floor>\\d+)', take: 'floor' },
      canonical: '3',
      back: 'Room 12, Floor 3',
    },
    { native: '138-0013-8000', options: { find: '\\D', replace: '' }, canonical: '13800138000' },
    { native: 'Doe, Anna', options: { find: '^(.*), (.*)$', replace: '$2 $1' }, canonical: 'Anna Doe' },
  ],
};

function run(text: string, options: Options): string | null | Refusal {
  const compiled = patternOf(options);
  if (typeof compiled === 'string') return new Refusal('mapping.bad-option', badPattern(compiled));
  const problem = groupProblem(options, compiled);
  if (problem) return new Refusal('mapping.bad-option', problem);
  if (text.length > MAX_TEXT)
    return refuse('mapping.too-long', `longer than ${MAX_TEXT} characters`, `超过 ${MAX_TEXT} 个字符`);
  const matcher = compiled.matcher(text);
  if (!matcher.find()) return withoutMatch(text, options);
  const found =
    options.replace === undefined ? matcher.group(options.take ?? 0) : matcher.reset().replaceAll(options.replace);
  if (found === null) return withoutMatch(text, options);
  if (found.length > MAX_TEXT * 10)
    return refuse('mapping.too-long', 'the replaced text is too long', '替换后的文本过长');
  const clean = cleanText(found);
  return clean === '' ? null : clean;
}

function withoutMatch(text: string, { noMatch }: Options): string | null | Refusal {
  if (noMatch === 'pass') return cleanText(text);
  return noMatch === 'empty'
    ? null
    : refuse('mapping.pattern-mismatch', 'the text does not fit the pattern', '文本不符合正则');
}

function problemOf(options: Options): Wording | undefined {
  const compiled = patternOf(options);
  if (typeof compiled === 'string') return badPattern(compiled);
  const { take, replace, back, noMatch } = options;
  if (take !== undefined && replace !== undefined)
    return { en: 'either take or replace', zh: 'take 与 replace 只能取一' };
  if (back === undefined) return groupProblem(options, compiled);
  if (replace !== undefined || noMatch === 'pass')
    return {
      en: 'back restores a part that was taken, and not what passed or was replaced',
      zh: 'back 仅用于取出的部分',
    };
  return back.split(VALUE).length === 2
    ? groupProblem(options, compiled)
    : { en: `back holds ${VALUE} once`, zh: `back 须恰好包含一次 ${VALUE}` };
}

function groupProblem({ take, replace }: Options, compiled: Pattern): Wording | undefined {
  const missing = { en: 'the pattern has no such group', zh: '正则中没有该分组' };
  if (typeof take === 'string') return Object.hasOwn(compiled.namedGroups(), take) ? undefined : missing;
  const highest = Math.max(
    take ?? 0,
    ...[...(replace ?? '').matchAll(/\$(\d{1,2})/g)].map(([, group]) => Number(group)),
  );
  return highest > compiled.groupCount() ? missing : undefined;
}

function badPattern(why: string): Wording {
  return { en: `the pattern cannot be used: ${why}`, zh: `正则无法使用：${why}` };
}
