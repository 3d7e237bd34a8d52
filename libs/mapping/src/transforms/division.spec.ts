import fc from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { chineseDivisions, lineOf } from './chinese-divisions.js';
import { division } from './division.js';
import { contextWith } from './test-support/transform-context.js';
import { Refusal } from './transform.js';

const read = (native: Json, options: JsonObject = {}, count = 1): Json | Refusal =>
  division.toCanonical(native, options, contextWith(count, {}, []));
const write = (code: Json, options: JsonObject = {}, count = 1): Json | Refusal | undefined =>
  division.fromCanonical?.(code, options, contextWith(count, {}, []));
const codeOf = (answer: Json | Refusal): unknown => (answer instanceof Refusal ? answer.code : answer);

describe('divisions of China', () => {
  it('are those of GB/T 2260: 34 provinces, their cities and counties, each beneath the one above', () => {
    expect(chineseDivisions.filter(({ level }) => level === 1)).toHaveLength(34);
    expect(chineseDivisions.filter(({ level }) => level === 2).length).toBeGreaterThan(320);
    expect(chineseDivisions.filter(({ level }) => level === 3).length).toBeGreaterThan(2800);
    for (const one of chineseDivisions) {
      expect(one.code).toMatch(/^\d{6}$/);
      for (const above of lineOf(one)) expect(one.code.slice(0, 2)).toBe(above.code.slice(0, 2));
    }
  });

  it.each<[Json, string]>([
    ['广东', '440000'],
    ['Guangdong', '440000'],
    ['CN-GD', '440000'],
    ['44', '440000'],
    ['4403', '440300'],
    [440305, '440305'],
    ['110100', '110000'],
    ['深圳', '440300'],
    ['深圳市', '440300'],
    ['延边', '222400'],
    ['恩施土家族苗族自治州', '422800'],
    ['西双版纳', '532800'],
    ['南山区', 'division.ambiguous'],
    ['鼓楼区', 'division.ambiguous'],
    ['鼓楼', 'division.ambiguous'],
    ['福州/鼓楼', '350102'],
    ['南京市/鼓楼区', '320106'],
    ['江苏/鼓楼区', 'division.ambiguous'],
    ['江苏/徐州/鼓楼区', '320302'],
    ['河南省开封市鼓楼区', '410204'],
    ['吉林', 'division.ambiguous'],
    ['吉林省', '220000'],
    ['吉林省吉林市', '220200'],
    ['吉林省吉林市船营区', '220204'],
    ['北京市/北京市/朝阳区', '110105'],
    ['北京北京市朝阳区', '110105'],
    ['北京/市辖区/朝阳区', '110105'],
    ['长春朝阳区', '220104'],
    ['朝阳县', '211321'],
    ['重庆市/县/云阳县', '500235'],
    ['湖北省/省直辖县级行政区划/仙桃市', '429004'],
    ['海南省琼海市', '469002'],
    ['福建/沙县区', '350405'],
    ['广东省/杭州市', 'division.unknown'],
    ['广西省/南宁市', '450100'],
    ['350403', '350404'],
    ['999999', 'division.unknown'],
    ['130101', 'division.unknown'],
    ['1', 'division.unknown'],
    ['Bayern', 'division.unknown'],
    [true, 'mapping.wrong-type'],
  ])('%s is %s', (native, wanted) => {
    expect(codeOf(read(native))).toBe(wanted);
  });

  it('a level tells the city from the province of the same name', () => {
    expect(read('吉林', { level: 'city' })).toBe('220200');
    expect(read('吉林', { level: 'province' })).toBe('220000');
    expect(codeOf(read('440305', { level: 'city' }))).toBe('division.unknown');
  });

  it('a name that several have is refused with those that it may mean', () => {
    const refused = read('鼓楼区') as Refusal;
    expect(refused.message.en).toContain('江苏省/南京市/鼓楼区');
    expect(refused.message.zh).toContain('福建省/福州市/鼓楼区');
  });

  it('several native fields hold province, city and district', () => {
    expect(read(['江苏', '南京', '鼓楼'], {}, 3)).toBe('320106');
    expect(write('320106', {}, 3)).toEqual(['江苏省', '南京市', '鼓楼区']);
    expect(write('110105', {}, 3)).toEqual(['北京市', '北京市', '朝阳区']);
    expect(write('429004', {}, 3)).toEqual(['湖北省', null, '仙桃市']);
    expect(write('440300', {}, 3)).toEqual(['广东省', '深圳市', null]);
    expect(codeOf(write('440305', {}, 2) as Json)).toBe('division.no-field');
  });

  it('a name alone is taken for what is kept or written only where it is enough', () => {
    expect(division.problemOf?.({ write: 'name' })).toBeDefined();
    expect(division.problemOf?.({ canonical: 'short', level: 'district' })).toBeDefined();
    expect(division.problemOf?.({ canonical: 'name', write: 'short', level: 'city' })).toBeUndefined();
    expect(division.problemOf?.({ as: 'number', write: 'path' })).toBeDefined();
  });
});

describe('every division', () => {
  const one = fc.constantFrom(...chineseDivisions);

  it('comes back from its code, its path, and one field for each level', () => {
    for (const { code } of chineseDivisions) {
      for (const [options, count] of [
        [{}, 1],
        [{ as: 'number' }, 1],
        [{ write: 'path' }, 1],
        [{ write: 'path', separator: '>' }, 1],
        [{}, 3],
      ] as const) {
        const written = write(code, options, count) as Json;
        expect([code, written, codeOf(read(written, options, count))]).toEqual([code, written, code]);
      }
    }
  });

  it('means the district where a county became one, by either code and name', () => {
    for (const written of ['350427', '350405', '福建三明沙县', '福建省三明市沙县区'])
      expect(codeOf(read(written))).toBe('350405');
  });

  it('comes back from its names written together, or is refused as ambiguous', () => {
    fc.assert(
      fc.property(one, fc.boolean(), (found, short) => {
        const names = lineOf(found).map((part) => (short ? part.short : part.name));
        const answer = codeOf(read(names.join('')));
        expect(short ? [found.code, 'division.ambiguous'] : [found.code]).toContain(answer);
      }),
      { numRuns: 400 },
    );
  });

  it('of the upper two levels comes back from its full and its short name', () => {
    for (const { code, level, name, short } of chineseDivisions) {
      if (level === 3) continue;
      const options = { level: level === 1 ? 'province' : 'city' };
      expect([name, read(name, options)]).toEqual([name, code]);
      expect([short, read(short, options)]).toEqual([short, code]);
    }
  });
});
