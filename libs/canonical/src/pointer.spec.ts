import fc from 'fast-check';
import { joinPointer, parsePointer, readPointer } from './pointer.js';

describe('JSON Pointers', () => {
  it('join and parse back any segments', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (segments) =>
        expect(parsePointer(joinPointer('', ...segments))).toEqual(segments),
      ),
    );
  });

  it('read own properties only', () => {
    const value = { lines: [{ 'a/b': 1 }] };
    expect(readPointer(value, '/lines/0/a~1b')).toBe(1);
    expect(readPointer(value, '')).toBe(value);
    for (const pointer of ['/lines/1', '/constructor', '/__proto__', '/lines/length/x', '/lines/0/a~1b/c'])
      expect(readPointer(value, pointer)).toBeUndefined();
    expect(() => parsePointer('lines')).toThrow(RangeError);
  });
});
