import type { Json, JsonObject } from '@isthmus/json';
import { chineseRegion } from './chinese-regions.js';
import { contextWith } from './test-support/transform-context.js';
import { codeOf, read, write } from './test-support/use-transform.js';

describe('HTML', () => {
  it.each([
    ['<h1>Title</h1><p>One<br>two</p>', 'Title\n\nOne\ntwo'],
    ['<ul><li>a</li><li>b</li></ul>after', '- a\n- b\nafter'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['<SCRIPT>if (a < b) "</scripty>"</SCRIPT >x', 'x'],
    ['a<!-- <p>hidden</p> -->b', 'ab'],
    ['<a href="x>y" title=\'>\'>link</a>', 'link'],
    ['&lt;b&gt; &amp;amp; &nope; &#65;&#x42;', '<b> &amp; &nope; AB'],
    ['&#0;&#xD800;&#x110000;', '\uFFFD\uFFFD\uFFFD'],
    ['a < b > c << d', 'a < b > c << d'],
    ['open <b', 'open'],
    ['x<script>never closed', 'x'],
  ])('%s reads as %j', (html, text) => {
    expect(read('html-text', html)).toBe(text);
  });

  it('is bounded', () => {
    expect(codeOf(read('html-text', 'x'.repeat(11), { max: 10 }))).toBe('mapping.too-long');
    expect(read('html-text', '<script>a</script>')).toBeNull();
  });
});

describe('patterns', () => {
  it('that explode elsewhere run in linear time, on texts of bounded length', () => {
    expect(codeOf(read('pattern', `${'a'.repeat(9_999)}!`, { find: '^(a+)+$' }))).toBe('mapping.pattern-mismatch');
    expect(codeOf(read('pattern', 'a'.repeat(10_001), { find: 'a' }))).toBe('mapping.too-long');
    expect(codeOf(read('pattern', 'a'.repeat(10_000), { find: '(a)', replace: '$1$1$1$1$1$1$1$1$1$1$1' }))).toBe(
      'mapping.too-long',
    );
  });

  it('say what happens without a match', () => {
    expect(read('pattern', 'x  y', { find: '\\d', noMatch: 'pass' })).toBe('x y');
    expect(read('pattern', 'x', { find: '\\d', noMatch: 'empty' })).toBeNull();
  });

  it('write a part back only when it is read back', () => {
    const options = { find: '^SO-(\\d+)$', take: 1, back: 'SO-{value}' };
    expect(write('pattern', '17', options)).toBe('SO-17');
    expect(codeOf(write('pattern', 'x17', options))).toBe('mapping.pattern-mismatch');
  });
});

describe('base64 and JSON in texts', () => {
  it.each<[string, string, JsonObject, string]>([
    ['base64', 'YQ=', {}, 'accepted'],
    ['base64', 'YR==', {}, 'mapping.bad-base64'],
    ['base64', 'not base64!', {}, 'mapping.bad-base64'],
    ['base64', '/w==', {}, 'mapping.dangerous-text'],
    ['base64', 'AA==', {}, 'mapping.dangerous-text'],
    ['json-text', '{"a":', {}, 'json.syntax'],
    ['json-text', '[[[1]]]', { depth: 2 }, 'json.too-deep'],
    ['json-text', '{"__proto__":1}', {}, 'json.dangerous-key'],
    ['json-text', '"\\u0000"', {}, 'json.nul-character'],
    ['json-text', '[1,2,3]', { max: 5 }, 'mapping.too-long'],
    ['json-text', '[1]', { holds: 'object' }, 'mapping.wrong-type'],
  ])('%s reads %s with %j: %s', (name, value, options, code) => {
    expect(codeOf(read(name, value, options))).toBe(code);
  });
});

describe('lists', () => {
  it('of tags: another order and repeated tags are the same set', () => {
    const options = { separator: ';' };
    expect(read('tags', 'b; a;b', options)).toEqual(read('tags', 'a;b', options));
    expect(read('tags', 'VIP;vip', { ...options, case: 'lower' })).toEqual(['vip']);
    expect(codeOf(write('tags', ['a;b'], options))).toBe('mapping.separator-inside');
    expect(codeOf(read('tags', ['a', 1]))).toBe('mapping.wrong-type');
  });

  it.each<[string, Json, JsonObject, string]>([
    ['list-object', [{ id: 'a' }, { id: 'a' }], { key: 'id' }, 'mapping.repeated-key'],
    ['list-object', [{ id: '__proto__' }], { key: 'id' }, 'mapping.dangerous-key'],
    ['list-object', [{ x: 'a' }], { key: 'id' }, 'mapping.wrong-type'],
  ])('%s refuses %j', (name, value, options, code) => {
    expect(codeOf(read(name, value, options))).toBe(code);
  });

  it('whose names would fall together are not written', () => {
    const twice = [
      { name: 'a', value: '1' },
      { name: 'a', value: '2' },
    ];
    expect(codeOf(write('map-entries', twice))).toBe('mapping.repeated-key');
    expect(codeOf(write('list-object', { a: { id: 'x' } }, { key: 'id' }))).toBe('mapping.wrong-type');
  });
});

describe('several native fields', () => {
  const context = contextWith(3);

  it('join with a separator and part again in the same places', () => {
    const options = { separator: '-' };
    expect(read('join-fields', ['a', null, 'c'], options, context)).toBe('a--c');
    expect(write('join-fields', 'a--c', options, context)).toEqual(['a', null, 'c']);
    expect(codeOf(read('join-fields', ['a-b', 'c', null], options, context))).toBe('mapping.separator-inside');
    expect(codeOf(write('join-fields', 'a-b-c-d', options, context))).toBe('mapping.too-many-parts');
  });

  it('give their first value, and take it back where the rule says', () => {
    expect(read('first-of', [null, ' ', 0], {}, context)).toBe(0);
    expect(write('first-of', 'x', { back: 2 }, context)).toEqual([null, null, 'x']);
    expect(codeOf(write('first-of', 'x', {}, context))).toBe('mapping.wrong-type');
  });

  it('hold Chinese address lines without commas between them', () => {
    const lines = ['广东省', '广州市', '天河区', '体育东路 1 号'];
    expect(write('address-lines', lines, {}, context)).toEqual(['广东省', '广州市', '天河区 体育东路 1 号']);
    expect(codeOf(write('address-lines', ['a\nb']))).toBe('mapping.separator-inside');
    expect(codeOf(write('address-lines', ['a/b'], { separator: '/' }))).toBe('mapping.separator-inside');
  });
});

describe('provinces and countries', () => {
  it('all 34 provinces are found by each of their forms', () => {
    const letters =
      'BJ TJ HE SX NM LN JL HL SH JS ZJ AH FJ JX SD HA HB HN GD GX HI CQ SC GZ YN XZ SN GS QH NX XJ TW HK MO';
    const regions = letters.split(' ').map((iso) => chineseRegion(`CN-${iso}`));
    expect(new Set(regions.map((region) => region?.code)).size).toBe(34);
    for (const region of regions) {
      const forms = region ? [region.code, region.full, region.short, region.english.toUpperCase()] : [];
      expect(forms.map((form) => chineseRegion(form)?.iso)).toEqual(forms.map(() => region?.iso));
    }
  });

  it('unknown ones park, and pass only on request', () => {
    expect(codeOf(read('region', 'Bayern'))).toBe('region.unknown');
    expect(codeOf(read('country', '999'))).toBe('country.unknown');
    expect(codeOf(read('country', 'XXX'))).toBe('country.unknown');
  });

  it.each([
    ['GBR', 'GB'],
    ['usa', 'US'],
    ['PRC', 'CN'],
    ['276', 'DE'],
    ['4', 'AF'],
  ])('%s is %s', (text, code) => {
    expect(read('country', text)).toBe(code);
  });

  it('a country without such a code is not written', () => {
    expect(codeOf(write('country', 'AC', { write: 'numeric' }))).toBe('country.no-such-code');
  });
});

describe('values that nobody may read', () => {
  it('are masked, and hidden whole when they are short', () => {
    expect(read('mask', '😀😀abc', { first: 1, last: 1, with: '#' })).toBe('😀###c');
    expect(read('mask', 'ab', { first: 1, last: 1 })).toBe('**');
    expect(write('mask', '13800138000', { last: 4 })).toBe('*******8000');
  });

  it('have one hash, and none when they hold half a character', () => {
    expect(read('hash', '中国')).toBe(write('hash', '中国'));
    expect(codeOf(read('hash', 'a\ud800'))).toBe('mapping.dangerous-text');
  });
});
