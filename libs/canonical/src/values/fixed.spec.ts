import fc from 'fast-check';
import { decimalText, Exact } from './decimal.js';
import { Fixed } from './fixed.js';

const anyText = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 8 }))
  .map(([units, digits]) => new Exact(units.toString()).times(new Exact(10).pow(-digits)).toFixed());

describe('Fixed', () => {
  it('computes as decimal.js does', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 0, max: 6 }), (a, b, digits) => {
        const [x, y, p, q] = [Fixed.of(a), Fixed.of(b), new Exact(a), new Exact(b)];
        expect(x.plus(y).text()).toBe(decimalText(p.plus(q)));
        expect(x.minus(y).text()).toBe(decimalText(p.minus(q)));
        expect(x.times(y).text()).toBe(decimalText(p.times(q)));
        expect(x.rounded(digits).text()).toBe(decimalText(p.toDecimalPlaces(digits)));
        expect(x.abs().text()).toBe(decimalText(p.abs()));
        expect(x.compare(y)).toBe(p.comparedTo(q));
        expect(x.equals(y)).toBe(p.equals(q));
      }),
    );
  });

  it('divides as decimal.js does, to 20 places', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        fc.pre(!new Exact(b).isZero());
        const [own, other] = [Fixed.of(a).dividedBy(Fixed.of(b)), new Exact(a).dividedBy(b)];
        expect(new Exact(own.text()).minus(other).abs().lessThan('1e-20')).toBe(true);
      }),
    );
    expect(() => Fixed.one.dividedBy(Fixed.zero)).toThrow(RangeError);
  });

  it.each([
    ['0.125', 2, '0.13'],
    ['-0.125', 2, '-0.13'],
    ['0.1249999', 2, '0.12'],
    ['-0.004', 2, '0.00'],
    ['5', 2, '5.00'],
  ])('rounds %s to %i places: %s', (text, digits, expected) => {
    expect(Fixed.of(text).rounded(digits).text(digits)).toBe(expected);
  });
});
