import { isNativeRef, isRecordRef } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { Refusal, wrongType } from '../transforms/transform.js';
import type { Convert } from './pipeline.js';
import type { Run } from './run.js';
import type { Shortcut } from './shortcuts/shortcut.js';

/** What a rule says of its reference. */
export interface ReferenceRule {
  readonly entity: string;
  readonly stream: string;
}

/** Native id text (or a list of them) → reference in native form. */
export function referenceIn(rule: ReferenceRule, convert: Convert): Convert {
  const one: Convert = (value, context) => {
    const id = convert(value, context);
    if (id instanceof Refusal || id === null) return id;
    if (typeof id !== 'string' || id === '') return wrongType('the id of a row, as text', '文本形式的行标识');
    return { native: { stream: rule.stream, id } };
  };
  return (value, context) => (Array.isArray(value) ? each(value, (item) => one(item, context)) : one(value, context));
}

/** The same for ids that the shortcut takes. */
export function referenceShortcut(rule: ReferenceRule, shortcut: Shortcut): Shortcut {
  return (value, context) => {
    const id = shortcut(value, context);
    return typeof id === 'string' ? { native: { stream: rule.stream, id } } : undefined;
  };
}

/** What became of a reference on its way out. */
export type ReferenceOut = { readonly value: Json | Refusal } | 'unresolved' | 'other-stream';

/** Reference → native id. A row of another stream does not belong into this field; an unresolved one is left out. */
export function referenceOut(rule: ReferenceRule, convert: Convert): (value: Json, run: Run) => ReferenceOut {
  const one = (value: Json, run: Run): ReferenceOut => {
    const native = nativeOf(value, rule, run);
    if (native instanceof Refusal) return { value: native };
    if (native === undefined) return 'unresolved';
    return native.stream === rule.stream ? { value: convert(native.id, run) } : 'other-stream';
  };
  return (value, run) => {
    if (!Array.isArray(value)) return one(value, run);
    const ids: Json[] = [];
    for (const item of value) {
      const found = one(item, run);
      if (typeof found === 'string') continue;
      if (found.value instanceof Refusal) return found;
      ids.push(found.value);
    }
    return { value: ids };
  };
}

function nativeOf(
  value: Json,
  { entity }: ReferenceRule,
  run: Run,
): { readonly stream: string; readonly id: string } | undefined | Refusal {
  if (isNativeRef(value)) return value.native;
  return isRecordRef(value) ? run.resolve?.({ entity, id: value.id }) : wrongType('a reference', '引用');
}

function each(values: readonly Json[], convert: (value: Json) => Json | Refusal): Json | Refusal {
  const converted: Json[] = [];
  for (const value of values) {
    const item = convert(value);
    if (item instanceof Refusal) return item;
    if (item !== null) converted.push(item);
  }
  return converted;
}
