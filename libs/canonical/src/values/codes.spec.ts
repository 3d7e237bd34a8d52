import fc from 'fast-check';
import { parseCountry } from './country.js';
import { parseCurrency } from './currency.js';
import { isRoleMailbox, normaliseEmail } from './email.js';
import { gtin14, isGtin, isInStoreGtin } from './gtin.js';
import type { Outcome } from './outcome.js';
import { parsePhone } from './phone.js';
import { isUnifiedSocialCreditCode, normaliseTaxNumber } from './tax-number.js';
import { cleanCode, cleanMultilineText, cleanText, comparableCode, hasForbiddenCharacters } from './text.js';

const valueOrCode = <T>(outcome: Outcome<T>): T | string => (outcome.ok ? outcome.value : outcome.code);

describe('parsePhone', () => {
  it.each([
    ['13800138000', undefined, { e164: '+8613800138000', kind: 'mobile', country: 'CN' }],
    ['１３８ ００１３ ８０００', undefined, { e164: '+8613800138000', kind: 'mobile', country: 'CN' }],
    ['008613800138000', undefined, { e164: '+8613800138000', kind: 'mobile', country: 'CN' }],
    ['+86 138-0013-8000', undefined, { e164: '+8613800138000', kind: 'mobile', country: 'CN' }],
    ['010-62345678转801', undefined, { e164: '+861062345678', ext: '801', kind: 'fixed', country: 'CN' }],
    ['(010) 6234 5678 ext. 801', undefined, { e164: '+861062345678', ext: '801', kind: 'fixed', country: 'CN' }],
    ['0755-86013388#12', undefined, { e164: '+8675586013388', ext: '12', kind: 'fixed', country: 'CN' }],
    ['415-555-2671', 'US', { e164: '+14155552671', kind: 'either', country: 'US' }],
    ['+49 30 901820', undefined, { e164: '+4930901820', kind: 'fixed', country: 'DE' }],
    ['12345678901', undefined, 'phone.invalid'],
    ['call me', undefined, 'phone.invalid'],
    ['1'.repeat(5000), undefined, 'phone.invalid'],
    ['', undefined, 'phone.invalid'],
  ])('reads %s', (raw, country, expected) => {
    expect(valueOrCode(parsePhone(raw, country))).toEqual(expected);
  });
});

describe('normaliseEmail', () => {
  it.each([
    [' Wang.Fang@Example.COM ', 'Wang.Fang@example.com'],
    ['mailto:a@b.cn', 'a@b.cn'],
    ['ａ＠ｂ．cn', 'a@b.cn'],
    ['a@例子.cn', 'a@xn--fsqu00a.cn'],
    ['a b@c.cn', 'email.syntax'],
    ['a@b', 'email.syntax'],
    ['@b.cn', 'email.syntax'],
    ['a@b@c.cn', 'email.syntax'],
    ['', 'email.syntax'],
  ])('reads %s as %s', (text, expected) => {
    expect(valueOrCode(normaliseEmail(text))).toBe(expected);
  });

  it('tells role mailboxes from people', () => {
    expect(['info@a.cn', 'Sales+cn@a.cn', 'no-reply@a.cn', 'wang@a.cn', 'infowang@a.cn'].map(isRoleMailbox)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('codes', () => {
  it.each([
    ['91350100M000100Y43', true],
    ['91350100M000100Y4Z', false],
    ['91350100M000100Y4', false],
    ['91350100I000100Y43', false],
    ['', false],
  ])('checks the unified social credit code %s', (code, expected) => {
    expect(isUnifiedSocialCreditCode(code)).toBe(expected);
  });

  it('normalises tax numbers', () => {
    expect(normaliseTaxNumber(' 9135 0100-m000100y43')).toBe('91350100M000100Y43');
  });

  it.each([
    ['6901234567892', '06901234567892'],
    ['4006381333931', '04006381333931'],
    ['036000291452', '00036000291452'],
    ['96385074', '00000096385074'],
    ['6901234567893', undefined],
    ['123', undefined],
    ['69012345678 2', undefined],
  ])('brings GTIN %s to 14 digits', (text, expected) => {
    expect(gtin14(text)).toBe(expected);
    expect(isGtin(text)).toBe(expected !== undefined);
  });

  it('knows numbers that a shop gave out itself', () => {
    expect(['2001234567893', '212345678992', '6901234567892'].map(isInStoreGtin)).toEqual([true, true, false]);
  });

  it.each([
    ['CNY', 'CNY'],
    ['rmb', 'CNY'],
    ['CNH', 'CNY'],
    ['￥', 'CNY'],
    ['元', 'CNY'],
    ['usd', 'USD'],
    ['$', 'currency.unknown'],
    ['', 'currency.unknown'],
  ])('reads currency %s as %s', (text, expected) => {
    expect(valueOrCode(parseCurrency(text))).toBe(expected);
  });

  it.each([
    ['CN', 'CN'],
    ['cn', 'CN'],
    ['中国', 'CN'],
    ['中华人民共和国', 'CN'],
    ['Germany', 'DE'],
    ['德国', 'DE'],
    ['UK', 'GB'],
    ['香港', 'HK'],
    ['XX', 'country.unknown'],
    ['EU', 'country.unknown'],
    ['SU', 'country.unknown'],
    ['Atlantis', 'country.unknown'],
  ])('reads country %s as %s', (text, expected) => {
    expect(valueOrCode(parseCountry(text))).toBe(expected);
  });
});

describe('text', () => {
  it.each([
    [cleanText, '  a \n\t b\u3000c ', 'a b c'],
    [cleanText, 'e\u0301', 'é'],
    [cleanText, '\uFEFFx\u200By', 'xy'],
    [cleanText, 'Ａ', 'Ａ'],
    [cleanCode, 'Ａ－１２ ', 'A-12'],
    [comparableCode, ' tea 01 ', 'TEA01'],
    [cleanMultilineText, ' a  b \r\n\r\n\r\n c ', 'a b\n\nc'],
  ])('%p cleans %j to %j', (clean, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  it('cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const clean of [cleanText, cleanCode, comparableCode, cleanMultilineText])
          expect(clean(clean(text))).toBe(clean(text));
      }),
    );
  });

  it('finds what a database cannot hold', () => {
    expect(['a\u0000', '\ud83d', 'x\ude00y', '😀', 'plain'].map(hasForbiddenCharacters)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
