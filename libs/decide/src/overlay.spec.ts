import { assumeStored, difference, overlayBase, overlayRenewed, withUnsaid } from './overlay.js';

describe('overlayBase', () => {
  it('takes over only what was written, so that an edit made there at the same moment is still seen as a change', () => {
    const old = { properties: { phone: '1', email: 'old@x' } };
    const stored = { properties: { phone: '2', email: 'edited-by-a-person@x' } };
    expect(overlayBase(old, stored, { properties: { phone: '2 ' } })).toEqual({
      properties: { phone: '2', email: 'old@x' },
    });
  });

  it('is the stored row after a create', () => {
    expect(overlayBase(undefined, { a: 1 }, { a: 1 })).toEqual({ a: 1 });
  });
});

describe('overlayRenewed', () => {
  const old = { p: { phone: '1', email: 'a' }, note: 'old' };
  const written = { p: { phone: '2', email: 'a' }, note: 'old' };
  const changed = { p: { phone: '2' } };

  it('keeps what the source said meanwhile, and puts in what was written where the source still said the old value', () => {
    expect(overlayRenewed(old, { p: { phone: '1', email: 'b' }, note: 'new' }, written, changed)).toEqual({
      base: { p: { phone: '2', email: 'b' }, note: 'new' },
      isWhole: true,
    });
  });

  it('is whole where the source said the written value already', () => {
    const held = { p: { phone: '2', email: 'a' }, note: 'old' };
    expect(overlayRenewed(old, held, written, changed)).toEqual({ base: held, isWhole: true });
  });

  it('does not know which came last where the source said a third value, and keeps that', () => {
    const held = { p: { phone: '3', email: 'a' }, note: 'old' };
    expect(overlayRenewed(old, held, written, changed)).toEqual({ base: held, isWhole: false });
  });

  it('takes out what the write cleared', () => {
    expect(overlayRenewed(old, old, { p: old.p }, { note: null })).toEqual({ base: { p: old.p }, isWhole: true });
  });
});

describe('assumeStored', () => {
  it('puts the written fields into the old base', () => {
    expect(assumeStored({ p: { a: 1, b: 2 }, c: 3 }, { p: { a: 9 } })).toEqual({ p: { a: 9, b: 2 }, c: 3 });
  });
});

describe('difference', () => {
  it.each([
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: { c: 2, d: 3 } }, { a: 1, b: { c: 2, d: 4 }, other: 5 }, { b: { d: 3 } }],
    [{ a: null }, {}, {}],
    [{ a: null }, { a: 1 }, { a: null }],
    [{ list: [1, 2] }, { list: [2, 1] }, { list: [1, 2] }],
  ])('of %j and %j is %j', (wanted, held, changed) => expect(difference(wanted, held)).toEqual(changed));
});

describe('withUnsaid', () => {
  it('keeps what a row does not supply this time, at every depth, and nothing else', () => {
    const before = { a: 1, b: { x: 1, y: 2 }, list: [1, 2], gone: 'g' };
    expect(withUnsaid(before, { a: null, b: { x: 3 }, list: [3] })).toEqual({
      a: null,
      b: { x: 3, y: 2 },
      list: [3],
      gone: 'g',
    });
  });

  it('is the row itself when it supplies everything', () => {
    const now = { a: 1, b: { x: null }, more: true };
    expect(withUnsaid({ a: 0, b: { x: 1 } }, now)).toBe(now);
  });
});
