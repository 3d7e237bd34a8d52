import {
  divisionByCode,
  divisionsBeneath,
  divisionsByName,
  isMunicipality,
  isNamed,
  lineOf,
  type ChineseDivision,
  type DivisionLevel,
} from './chinese-divisions.js';
import { chineseRegion } from './chinese-regions.js';
import { refuse, type Refusal } from './transform.js';

/** Says of a municipality's district that it has no city between: means nothing. */
const FILLERS = /^(?:市辖区|县|.*直辖县级行政区划)$/;
const MOST_NAMED = 5;

/** The one division that the parts name, the province first; parts above the last may be left out as long as one alone remains. */
export function findDivision(parts: readonly string[], level: DivisionLevel | undefined): ChineseDivision | Refusal {
  const clean = parts
    .map((part) => part.normalize('NFKC').replaceAll(/\s+/g, ''))
    .filter((part) => part !== '' && !FILLERS.test(part));
  const last = clean.at(-1);
  if (last === undefined) return unknown();
  const above = clean.slice(0, -1);
  const found = candidates(last).filter(
    (division) => (level === undefined || division.level === level) && standsBeneath(division, above),
  );
  const fitting = found.length > 0 || clean.length > 1 ? found : inOneWord(last, undefined, level);
  const [only] = fitting;
  if (!only) return unknown();
  return fitting.length === 1 ? only : ambiguous(fitting);
}

function candidates(text: string): readonly ChineseDivision[] {
  if (/^\d+$/.test(text)) {
    const found = /^(?:\d{2}){1,3}$/.test(text) ? divisionByCode(text) : undefined;
    return found ? [found] : [];
  }
  const named = divisionsByName(text);
  if (named.length > 0) return named;
  // Other ways to write a province: 广西省, Guangdong, CN-GD.
  const region = chineseRegion(text);
  const found = region && divisionByCode(region.code);
  return found ? [found] : [];
}

/** Every part names one of the divisions above, in their order; a municipality may stand there twice, as its own city. */
function standsBeneath(division: ChineseDivision, parts: readonly string[]): boolean {
  const line = division.parent ? lineOf(division.parent) : [];
  let from = 0;
  for (const part of parts) {
    const at = line.findIndex((above, index) => index >= from && isCalled(above, part));
    if (at < 0) return isMunicipality(division) && isCalled(division, part);
    const here = line[at];
    from = here && isMunicipality(here) ? at : at + 1;
  }
  return true;
}

function isCalled(division: ChineseDivision, part: string): boolean {
  return isNamed(division, part) || candidates(part).includes(division);
}

/** Divisions whose names, one after another from the province or the city on, make up the text: 广东省深圳市南山区. */
function inOneWord(
  text: string,
  above: ChineseDivision | undefined,
  level: DivisionLevel | undefined,
): ChineseDivision[] {
  const starts = above ? divisionsBeneath(above) : [...divisionsBeneath(undefined), ...cities()];
  const found = new Set<ChineseDivision>();
  for (const division of starts) {
    for (const name of new Set([division.name, division.short])) {
      if (text === name && above && (level === undefined || division.level === level)) found.add(division);
      if (text.length > name.length && text.startsWith(name))
        for (const inner of inOneWord(withoutRepeat(text.slice(name.length), division), division, level))
          found.add(inner);
    }
  }
  const full = [...found].filter(({ name }) => text.endsWith(name));
  return full.length > 0 ? full : [...found];
}

const cities = (): readonly ChineseDivision[] =>
  divisionsBeneath(undefined).flatMap((province) => divisionsBeneath(province));

function withoutRepeat(rest: string, division: ChineseDivision): string {
  return isMunicipality(division) && rest.length > division.name.length && rest.startsWith(division.name)
    ? rest.slice(division.name.length)
    : rest;
}

const unknown = (): Refusal =>
  refuse(
    'division.unknown',
    'not a province, city or county of China in GB/T 2260, or not beneath the ones given with it',
    '不是 GB/T 2260 中的省、市、县级行政区，或不属于所给的上级行政区',
  );

function ambiguous(found: readonly ChineseDivision[]): Refusal {
  const lines = found.slice(0, MOST_NAMED).map((division) =>
    lineOf(division)
      .map(({ name }) => name)
      .join('/'),
  );
  const more = found.length > MOST_NAMED ? ', …' : '';
  return refuse(
    'division.ambiguous',
    `${found.length} divisions have this name; give the city or province as well: ${lines.join(', ')}${more}`,
    `有 ${found.length} 个行政区同名，请同时给出所属市或省：${lines.join('、')}${more === '' ? '' : '…'}`,
  );
}
