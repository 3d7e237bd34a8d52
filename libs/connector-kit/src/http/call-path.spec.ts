import fc from 'fast-check';
import { composePath, parseBaseUrl, pathOfLink } from './call-path.js';

describe('composePath', () => {
  it('reads back every query value that was put in, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))),
        (pairs) => {
          const query = Object.fromEntries(pairs.filter(([name]) => name !== '__proto__' && !/^\d+$/.test(name)));
          const path = composePath('/api', { path: '/x', query });
          expect(path).toMatch(/^[\u0021-\u007e]*$/);
          expect([...new URL(path, 'https://a.example').searchParams]).toEqual(Object.entries(query));
        },
      ),
    );
  });

  it('refuses a path that does not begin with a slash', () => {
    expect(() => composePath('', { path: 'https://evil.example/' })).toThrow(TypeError);
  });
});

describe('pathOfLink', () => {
  it.each([
    ['https://a.example/api', 'https://a.example/api/orders?page=2', '/orders?page=2'],
    ['https://a.example/api', '/api/orders?page=2', '/orders?page=2'],
    ['https://a.example/api', 'orders?after=x%2Fy', '/orders?after=x%2Fy'],
    ['https://a.example/api', 'https://evil.example/api/orders', undefined],
    ['https://a.example/api', '/other/orders', undefined],
    ['https://a.example/api', '//evil.example/api/orders', undefined],
    ['https://a.example', 'http://a.example/orders', undefined],
  ])('below %s the link %s is %s', (base, link, path) => {
    expect(pathOfLink(base, link)).toBe(path);
  });

  it('takes a base URL apart without its last slash', () => {
    expect(parseBaseUrl('https://a.example:8443/api/v1/')).toEqual({
      origin: 'https://a.example:8443',
      prefix: '/api/v1',
    });
  });
});
