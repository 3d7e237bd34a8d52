import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import type { Wording } from '../contract.js';
import { refuse, type Refusal, type TransformContext } from './transform.js';
import type { TwoWayTable } from './two-way-table.js';
import { unmappedValue } from './unmapped.js';

/** What becomes of a value that the table does not hold. */
export interface UnknownOptions {
  readonly table: string;
  /** @default park */
  readonly unknown?: 'park' | 'default' | 'pass';
  /** Canonical value of an unknown native one. */
  readonly unknownDefault?: string;
  /** Native value of an unknown canonical one. */
  readonly unknownNative?: string;
}

/** Option schemas of `UnknownOptions`. */
export const unknownOptions = {
  table: { type: 'string', minLength: 1, description: 'Name of a table under lookups' },
  unknown: {
    enum: ['park', 'default', 'pass'],
    description: 'A value without an entry parks the record (default), becomes a default, or passes as it is',
  },
  unknownDefault: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'Canonical value with unknown: default',
  },
  unknownNative: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'Native value with unknown: default; without it an unknown canonical value parks',
  },
};

/** What is wrong with the policy. */
export function unknownProblem({ unknown, unknownDefault, unknownNative }: UnknownOptions): Wording | undefined {
  if (unknown === 'default')
    return unknownDefault === undefined
      ? { en: 'unknown: default needs unknownDefault', zh: 'unknown: default 须配 unknownDefault' }
      : undefined;
  return (unknownDefault ?? unknownNative) === undefined
    ? undefined
    : { en: 'a default belongs to unknown: default', zh: '默认值须配 unknown: default' };
}

/** What the policy gives up. */
export function unknownLoses({ unknown }: UnknownOptions): Wording | undefined {
  if (unknown === 'default')
    return { en: 'values that the table does not hold: they become the default', zh: '对照表以外的值：均变为默认值' };
  if (unknown === 'pass')
    return {
      en: 'the difference between a value that the table does not hold and an entry of the same text',
      zh: '对照表以外的值与同名条目之间的区别',
    };
  return undefined;
}

/** The table of a step, or why there is none. */
export function tableOf({ table }: UnknownOptions, context: TransformContext): TwoWayTable | Refusal {
  return (
    context.table(table) ??
    refuse('mapping.missing-table', `there is no value table "${table}"`, `没有名为“${table}”的对照表`)
  );
}

/** Canonical value of a native one without an entry. */
export function unknownIn(native: string, options: UnknownOptions, context: TransformContext): Json | Refusal {
  if (options.unknown === 'default' && options.unknownDefault !== undefined) {
    warn(options, context);
    return options.unknownDefault;
  }
  return options.unknown === 'pass' ? cleanText(native) : unmappedValue(options.table, native);
}

/** Native value of a canonical one without an entry. What would be read back as another entry parks. */
export function unknownOut(
  canonical: string,
  options: UnknownOptions,
  known: (native: string) => string | undefined,
  context: TransformContext,
): string | Refusal {
  const { unknownNative, unknownDefault } = options;
  if (options.unknown === 'pass' && known(canonical) === undefined) return canonical;
  if (options.unknown !== 'default' || unknownNative === undefined) return unmappedValue(options.table, canonical);
  const readAs = known(unknownNative) ?? unknownDefault;
  if (canonical === unknownDefault && readAs !== canonical) return unmappedValue(options.table, canonical);
  if (canonical !== unknownDefault) warn(options, context);
  return unknownNative;
}

function warn({ table }: UnknownOptions, context: TransformContext): void {
  context.warn?.({
    code: 'mapping.unmapped-default',
    message: {
      en: `a value has no entry in the table "${table}"; the default was taken`,
      zh: `有值在对照表“${table}”中没有条目，已取默认值`,
    },
  });
}
