import type { Json } from '@isthmus/json';

/** What sample values look like. */
export type ValueLook =
  'email' | 'phone' | 'amount' | 'whole' | 'date' | 'moment' | 'epoch' | 'flag' | 'url' | 'code' | 'text';

const LOOKS: readonly (readonly [look: ValueLook, test: RegExp])[] = [
  ['email', /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i],
  ['url', /^https?:\/\//i],
  ['moment', /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/],
  ['date', /^\d{4}[-/]\d{1,2}[-/]\d{1,2}$/],
  ['epoch', /^1\d{9}(\d{3})?$/],
  ['phone', /^(\+\d[\d -]{6,}|1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/],
  ['flag', /^(true|false|[01YN是否])$/i],
  ['amount', /^-?\d+\.\d{1,6}$/],
  ['whole', /^-?\d{1,9}$/],
  ['code', /^[A-Z0-9][A-Z0-9_-]{2,}$/],
];

/** The look that most of the sample values of a field share; undefined without values. */
export function lookOf(values: readonly Json[]): ValueLook | undefined {
  const counts = new Map<ValueLook, number>();
  const plain = values.flatMap((value) =>
    value === null || value === '' || typeof value === 'object' ? [] : [String(value).trim()],
  );
  for (const text of plain) {
    const look = LOOKS.find(([, test]) => test.test(text))?.[0] ?? 'text';
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first && first[1] * 2 >= plain.length ? first[0] : undefined;
}
