import * as fc from 'fast-check';
import { jsonText, safeText } from './safe-text.js';
import { tableText } from './table.js';
import { duration, moment, reasonText, short, valueText } from './words.js';

const how = { say: ({ en }: { en: string }) => en, head: (text: string) => text };

describe('text for a terminal', () => {
  it('is one line without anything that a terminal obeys, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(safeText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('leaves ordinary text of any script as it is', () => {
    expect(safeText('金蝶 – Müller & Söhne ☕ हिन्दी')).toBe('金蝶 – Müller & Söhne ☕ हिन्दी');
  });

  it('is JSON that reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = jsonText(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

describe('tables', () => {
  it('align columns under Chinese text, which is twice as wide', () => {
    const text = tableText(
      [
        { head: { en: 'NAME', zh: '名称' }, text: ([name]: readonly [string, string]) => name },
        { head: { en: 'N', zh: '数' }, text: ([, count]) => count },
      ],
      [
        ['金蝶云', '1'],
        ['crm', '22'],
      ],
      how,
    );
    expect(text).toBe('NAME    N\n金蝶云  1\ncrm     22\n');
  });

  it('show their heads when there are no rows', () => {
    expect(tableText([{ head: { en: 'ID', zh: '编号' }, text: () => '' }], [], how)).toBe('ID\n');
  });
});

describe('words', () => {
  it.each([
    [null, '-', '-'],
    [0, '0 s', '0 秒'],
    [59, '59 s', '59 秒'],
    [60, '1 min', '1 分'],
    [7_199, '1 h', '1 小时'],
    [259_200, '3 d', '3 天'],
  ])('tell %p seconds as %s', (seconds, en, zh) => {
    expect([duration(seconds, 'en'), duration(seconds, 'zh-CN')]).toEqual([en, zh]);
  });

  it('keep values short, whole characters only', () => {
    expect(short('😀😀😀', 2)).toBe('😀…');
    expect(valueText({ amount: '19.99', currency: 'CNY' })).toBe('{"amount":"19.99","currency":"CNY"}');
    expect([valueText(undefined), valueText(null), valueText('x')]).toEqual(['', 'null', 'x']);
    expect([moment(null), moment('2026-11-23T08:00:00.000Z')]).toEqual(['-', '2026-11-23 08:00:00Z']);
  });

  it('give the reason in the language, else its code', () => {
    const message = { en: 'Paused.', zh: '已暂停。' };
    expect([
      reasonText({ code: 'a.b', message }, 'zh-CN'),
      reasonText({ code: 'a.b' }, 'en'),
      reasonText(null, 'en'),
    ]).toEqual(['已暂停。', 'a.b', '-']);
  });
});
