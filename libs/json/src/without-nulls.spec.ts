import { withoutNulls } from './without-nulls.js';

describe('withoutNulls', () => {
  it('takes null members out at every depth and keeps what lists hold', () => {
    expect(withoutNulls({ a: null, b: { c: null, d: 1 }, e: [null, { f: null, g: 2 }], h: 'x' })).toEqual({
      b: { d: 1 },
      e: [null, { g: 2 }],
      h: 'x',
    });
  });

  it('leaves its argument as it was, and shares what holds no null', () => {
    const kept = { list: [{ a: 1 }], object: { b: 2 } };
    const object = { kept, gone: null };
    const result = withoutNulls(object);
    expect(object).toEqual({ kept, gone: null });
    expect(result['kept']).toBe(kept);
    expect(withoutNulls(kept)).toBe(kept);
  });

  it('looks at each member once, however deep a null lies', () => {
    let object: { [name: string]: never } = { a: null } as never;
    for (let depth = 0; depth < 1000; depth += 1) object = { a: object } as never;
    expect(JSON.stringify(withoutNulls(object))).toHaveLength(5 * 1000 + 1000 + 2);
  });
});
