import fc from 'fast-check';
import { FailureError } from '@isthmus/connector-kit';
import { readAt, withValueAt } from './at-path.js';
import { fillPath } from './fill-path.js';
import { fromInstant, toInstant } from './times.js';

describe('paths', () => {
  it.each([
    [{ a: { b: [{ c: 1 }] } }, 'a.b.0.c', 1],
    [{ a: { b: [{ c: 1 }] } }, '/a/b/0/c', 1],
    [{ 'a.b': { 'c/d': 2 } }, '/a.b/c~1d', 2],
    [{ a: 1 }, '', { a: 1 }],
    [{ a: [1, 2] }, 'a.length', undefined],
    [{ a: 'text' }, 'a.0', undefined],
    [{}, 'toString', undefined],
  ])('in %j at %s is %j', (value, path, expected) => {
    expect(readAt(value, path)).toEqual(expected);
  });

  it.each(['__proto__.polluted', 'constructor.prototype.x', '/a/__proto__/b'])('S02 never go through %s', (path) => {
    expect(() => readAt({}, path)).toThrow(TypeError);
    expect(() => withValueAt({}, path, 1)).toThrow(TypeError);
  });

  it('read back what was set', () => {
    const part = fc.stringMatching(/^[a-z~/]{1,6}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.integer(), (parts, value) => {
        const path = `/${parts.map((one) => one.replace(/~/g, '~0').replace(/\//g, '~1')).join('/')}`;
        expect(readAt(withValueAt({ other: 1 }, path, value), path)).toBe(value);
      }),
    );
  });
});

describe('fillPath', () => {
  it.each([
    ['/orders/{id}', { id: 'a/b?c#d%' }, '/orders/a%2Fb%3Fc%23d%25'],
    ['/orders?externalId={recordId}', { recordId: 'x&y' }, '/orders?externalId=x%26y'],
    ['/客户/{id}', { id: '张三' }, '/客户/%E5%BC%A0%E4%B8%89'],
  ])('fills %s', (template, values, path) => {
    expect(fillPath(template, values)).toBe(path);
  });

  it.each(['', '.', '..'])('refuses the id %j, which would change the path', (id) => {
    expect(() => fillPath('/orders/{id}', { id })).toThrow(FailureError);
  });
});

describe('times', () => {
  it.each([
    ['2026-03-01T20:00:00+08:00', 'rfc3339', 'Z', '2026-03-01T12:00:00.000Z'],
    [1772366400, 'seconds', 'Z', '2026-03-01T12:00:00.000Z'],
    ['1772366400000', 'milliseconds', 'Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01 20:00:00', 'local', '+08:00', '2026-03-01T12:00:00.000Z'],
    ['2026/03/01 20:00:00', 'local', '+08:00', '2026-03-01T12:00:00.000Z'],
    ['', 'rfc3339', 'Z', undefined],
    ['soon', 'rfc3339', 'Z', undefined],
    [null, 'seconds', 'Z', undefined],
  ] as const)('%j as %s at %s is %s', (value, format, offset, instant) => {
    expect(toInstant(value, format, offset)).toBe(instant);
  });

  it('go out as they came in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.constantFrom('rfc3339', 'seconds', 'milliseconds', 'local'),
        fc.constantFrom('Z', '+08:00', '-03:30'),
        (second, format, offset) => {
          const instant = new Date(second * 1000).toISOString();
          expect(toInstant(fromInstant(instant, format, offset), format, offset)).toBe(instant);
        },
      ),
    );
  });
});
