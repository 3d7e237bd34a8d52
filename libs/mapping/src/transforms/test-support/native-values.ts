import type { Arbitrary } from 'fast-check';
import type { Json } from '@isthmus/json';
import type { Transform } from '../transform.js';
import type { FastCheck } from './option-values.js';

interface Native {
  readonly scalars: Arbitrary<Json>;
  readonly structures: Arbitrary<Json>;
}

/** Texts, numbers, times and structures as systems hold them. */
function nativeKinds(fc: FastCheck): Native {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(
      '王小明',
      '广东省',
      'Straße',
      'ｆｕｌｌ １',
      ' x  y ',
      'a\r\nb',
      'SO-17',
      '箱',
      'a,b;c',
      '中国',
      'CHN',
      'kg',
    ),
  );
  const numbers = fc.oneof(
    fc.integer(),
    fc.integer({ min: 0, max: 3_000_000 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(4))),
  );
  const numberTexts = fc.oneof(
    fc.stringMatching(/^[0-9]{1,13}$/),
    fc.stringMatching(/^-?[0-9]{1,8}\.[0-9]{1,6}$/),
    fc.stringMatching(/^0{0,6}[0-9]{1,6}$/),
  );
  const moments = fc.date({ min: new Date('1905-01-01'), max: new Date('2099-01-01'), noInvalidDate: true });
  const times = fc.oneof(
    moments.map((date) => date.toISOString()),
    moments.map((date) => date.toISOString().slice(0, 19).replace('T', ' ')),
    moments.map((date) => date.toISOString().slice(0, 10)),
    moments.map((date) => date.toISOString().slice(0, 10).split('-').reverse().join('.')),
    moments.map((date) => date.toISOString().slice(0, 16).replace('T', ' ').replaceAll('-', '/')),
    moments.map((date) => date.getTime()),
    moments.map((date) => Math.floor(date.getTime() / 1000)),
    fc.integer({ min: 1, max: 80_000_000 }).map((thousandths) => thousandths / 1000),
  );
  const coded = fc.oneof(
    words.filter((text) => text.isWellFormed()).map((text) => Buffer.from(text).toString('base64')),
    fc.json({ maxDepth: 3 }),
    words.map((text) => `<p>${text}</p><ul><li>${text}&amp;</ul>`),
  );
  const scalars: Arbitrary<Json> = fc.oneof(words, numbers, numberTexts, times, coded, fc.boolean());
  const objects = fc.record(
    { name: words, value: scalars, id: words, label: words },
    { requiredKeys: [], noNullPrototype: true },
  );
  const lists: Arbitrary<Json> = fc.oneof(
    fc.array(words, { maxLength: 4 }),
    fc.array(objects, { maxLength: 4 }),
    fc.array(words, { maxLength: 4 }).map((parts) => parts.join(', ')),
  );
  const maps = fc.dictionary(words, words, { maxKeys: 4, noNullPrototype: true });
  return { scalars, structures: fc.oneof(lists, objects, maps) };
}

/** Values that a native side may hold, with the transform's own cases among them; with several native paths a list of that length. */
export function nativeValues(fc: FastCheck, transform: Transform, nativeCount: number): Arbitrary<Json> {
  const { scalars, structures } = nativeKinds(fc);
  const own = fc.constantFrom(...transform.cases.map(({ native }) => native));
  if (nativeCount === 1) return fc.oneof(scalars, own, structures);
  const part = fc.option(fc.oneof(scalars, fc.constantFrom<Json[]>('箱', 'kg', 'USD', '24')), { freq: 4 });
  const parts = fc
    .array(part, { minLength: nativeCount, maxLength: nativeCount })
    .filter((values) => values.some((value) => value !== null && value !== ''));
  return nativeCount === 2 ? fc.oneof(parts, own) : parts;
}
