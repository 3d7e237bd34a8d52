import type { Wording } from '../contract.js';
import type { CanonicalType, NativeType } from '../transforms/transform.js';
import type { ValueLook } from './look-of-values.js';
import type { Target } from './targets.js';
import { likeness } from './words.js';

/** How well a native field and a target fit, from 0 to 1, and why. */
export interface Score {
  readonly score: number;
  readonly reasons: readonly Wording[];
}

/** A native field as the score looks at it. */
export interface Source {
  /** The field's own name, and its name with those of its parents, cut into words. */
  readonly words: readonly string[];
  readonly wholeWords: readonly string[];
  readonly types: ReadonlySet<NativeType> | undefined;
  readonly look: ValueLook | undefined;
}

const READABLE: { readonly [type in CanonicalType]?: readonly NativeType[] } = {
  text: ['text', 'number'],
  boolean: ['boolean', 'text', 'number'],
  integer: ['number', 'text'],
  number: ['number', 'text'],
  decimal: ['text', 'number'],
  rate: ['text', 'number'],
  money: ['text', 'number'],
  quantity: ['text', 'number'],
  instant: ['text', 'number'],
  date: ['text', 'number'],
  reference: ['text', 'number', 'list'],
  list: ['list', 'text'],
  object: ['object'],
};

const NUMERIC: ReadonlySet<CanonicalType> = new Set(['decimal', 'rate', 'money', 'quantity', 'number', 'integer']);

const LOOK_FITS: { readonly [look in ValueLook]: (target: Target) => boolean } = {
  email: (target) => target.meaning === 'email' || isText(target, /mail/i),
  phone: (target) => ['mobile', 'phone', 'fax'].includes(target.meaning ?? '') || isText(target, /phone/i),
  url: (target) => target.meaning === 'web' || isText(target, /url|web/i),
  amount: ({ type }) => NUMERIC.has(type) && type !== 'integer',
  whole: ({ type, path }) => NUMERIC.has(type) || type === 'reference' || /code|number|no$/i.test(path),
  date: ({ type }) => type === 'date' || type === 'instant',
  moment: ({ type }) => type === 'instant' || type === 'date',
  epoch: ({ type }) => type === 'instant' || type === 'date',
  flag: ({ type, words }) => type === 'boolean' || words !== undefined,
  code: ({ type }) => type === 'text' || type === 'reference',
  text: ({ type, words }) => (type === 'text' && words === undefined) || type === 'list',
};

const LOOK_WORDS: { readonly [look in ValueLook]: Wording } = {
  email: { en: 'values look like e-mail addresses', zh: '取值像电子邮箱' },
  phone: { en: 'values look like phone numbers', zh: '取值像电话号码' },
  url: { en: 'values look like web addresses', zh: '取值像网址' },
  amount: { en: 'values look like amounts', zh: '取值像金额或小数' },
  whole: { en: 'values look like whole numbers', zh: '取值像整数' },
  date: { en: 'values look like dates', zh: '取值像日期' },
  moment: { en: 'values look like times', zh: '取值像时间' },
  epoch: { en: 'values look like seconds or milliseconds since 1970', zh: '取值像时间戳' },
  flag: { en: 'values look like yes and no', zh: '取值像是否' },
  code: { en: 'values look like codes', zh: '取值像编码' },
  text: { en: 'values look like texts', zh: '取值像普通文本' },
};

/** Scores a pair. A type that no transform could read makes it impossible. */
export function scoreOf(source: Source, target: Target): Score | undefined {
  const readable = READABLE[target.type];
  if (source.types && readable && !readable.some((type) => source.types?.has(type))) return undefined;
  const name = Math.max(
    ...target.names.map((words) => Math.max(likeness(source.words, words), likeness(source.wholeWords, words))),
  );
  if (name < 0.34) return undefined;
  const reasons: Wording[] = [
    { en: `names alike (${Math.round(name * 100)} %)`, zh: `名称相近（${Math.round(name * 100)}%）` },
  ];
  let score = 0.75 * name;
  if (source.types) {
    score += 0.05;
    reasons.push({
      en: `a ${[...source.types].join(' or ')} can become ${target.type}`,
      zh: `${[...source.types].join(' 或 ')} 可转换为 ${target.type}`,
    });
  }
  if (source.look) {
    const fits = LOOK_FITS[source.look](target);
    score += fits ? 0.15 : -0.15;
    if (fits) reasons.push(LOOK_WORDS[source.look]);
  }
  // Of two names alike the one that lies nearer to the root is meant more often.
  return { score: Math.max(0, score - (target.nested ? 0.03 : 0)), reasons };
}

function isText({ type, path, words }: Target, pattern: RegExp): boolean {
  return type === 'text' && words === undefined && pattern.test(path);
}
