import fc from 'fast-check';
import { equalJson, type Json } from '@isthmus/json';
import { errorsOf } from '../check/validator.js';
import { transforms } from './catalogue.js';
import { nativeValues } from './test-support/native-values.js';
import { isSound, optionsOf } from './test-support/option-values.js';
import { contextWith } from './test-support/transform-context.js';
import { Refusal, type Transform } from './transform.js';

const isOneWay = (transform: Transform, options: object): boolean =>
  !transform.fromCanonical || transform.reversible?.(options as never) === false;

const isVoid = (value: Json | undefined): boolean =>
  value === undefined || value === null || equalJson(value, []) || (typeof value === 'string' && value.trim() === '');

const pairs = new Set(['person-name', 'join-fields', 'first-of']);
const byName = transforms.map((transform) => [transform.name, transform] as const);

describe.each(byName)('transform %s', (name, transform) => {
  const context = contextWith(pairs.has(name) ? 2 : 1, { factor: '24', currency: 'EUR' }, []);

  it.each(transform.cases)(
    'case %# reads and writes as its table says',
    ({ native, canonical, options = {}, back = native }) => {
      expect(isSound(transform, options)).toBe(true);
      expect(transform.toCanonical(native, options, context)).toEqual(canonical);
      if (isOneWay(transform, options)) return;
      expect(transform.fromCanonical?.(canonical, options, context)).toEqual(back);
    },
  );

  it('has a case, closed options and words in both languages', () => {
    expect(transform.cases.length).toBeGreaterThan(0);
    expect(transform.options['additionalProperties']).toBe(false);
    expect(transform.summary.en).not.toBe('');
    expect(transform.summary.zh).toMatch(/\p{Script=Han}/u);
    expect(errorsOf(transform.options, { noSuchOption: 1 })).not.toEqual([]);
  });

  it('says in both languages what it loses, whenever it cannot go back', () => {
    fc.assert(
      fc.property(optionsOf(fc, transform), (options) => {
        const lost = transform.loses?.(options);
        const silent = isOneWay(transform, options) && name !== 'quantity';
        expect(lost !== undefined || !silent).toBe(true);
        if (lost) expect([lost.en === '', /\p{Script=Han}/u.test(lost.zh)]).toEqual([false, true]);
      }),
      { numRuns: 100 },
    );
  });

  it('reads the same again after writing, for generated values and generated options', () => {
    let passed = 0;
    const counts = transform.manyPaths === true ? [1, 2, 3] : [1];
    const cases = fc.oneof(
      ...counts.map((count) =>
        fc.tuple(fc.constant(count), optionsOf(fc, transform), nativeValues(fc, transform, count)),
      ),
    );
    fc.assert(
      fc.property(cases, ([count, options, native]) => {
        const around = { ...context, nativeCount: count };
        const first = transform.toCanonical(native, options, around);
        if (first instanceof Refusal || isVoid(first)) return;
        passed += 1;
        if (isOneWay(transform, options)) return;
        const back = transform.fromCanonical?.(first, options, around);
        if (back instanceof Refusal || isVoid(back)) return;
        const second = transform.toCanonical(back as Json, options, around);
        expect([native, options, count, back, second]).toEqual([native, options, count, back, first]);
      }),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  it('gives the same answer twice and leaves its value as it was', () => {
    fc.assert(
      fc.property(nativeValues(fc, transform, 1), optionsOf(fc, transform), (native, options) => {
        const before = structuredClone(native);
        const first = transform.toCanonical(native, options, context);
        expect(transform.toCanonical(native, options, context)).toEqual(first);
        expect(native).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});
