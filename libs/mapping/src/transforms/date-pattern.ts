import { instantFromLocal, localFromInstant } from '@isthmus/canonical';
import type { Wording } from '../contract.js';

/** Option schema of a form in luxon tokens; words stand in single quotes. */
export const patternSchema = {
  type: 'string',
  pattern: "^[yMdHhmsSaEZT'/:.,年月日时分秒 -]{1,60}$",
  description: "Form in luxon tokens, words in single quotes: dd.MM.yyyy, yyyy-MM-dd'T'HH:mm:ss",
};

const SAMPLE = '2026-11-23T14:35:42.000Z';
const checked = new Map<string, Wording | undefined>();

/** Why a form of dates cannot be used: it leaves out year, month or day, reads half of the hours only, or does not read what it writes. */
export function patternProblem(pattern: string): Wording | undefined {
  if (!checked.has(pattern)) {
    if (checked.size >= 1000) checked.clear();
    checked.set(pattern, findProblem(pattern));
  }
  return checked.get(pattern);
}

function findProblem(pattern: string): Wording | undefined {
  const tokens = pattern.replace(/'[^']*'/g, ' ');
  if (tokens.includes('T')) return { en: "a literal T stands in quotes: 'T'", zh: "字面字符 T 须加引号：'T'" };
  if (!['y', 'M', 'd'].every((token) => tokens.includes(token)))
    return { en: 'the form needs year, month and day', zh: '格式须包含年、月、日' };
  if (tokens.includes('h') && !tokens.includes('a'))
    return { en: 'hours of twelve (hh) need a (AM or PM); use HH', zh: '十二小时制 hh 须配 a；请改用 HH' };
  const written = localFromInstant(SAMPLE, 'UTC', pattern);
  const read = written.ok ? instantFromLocal(written.value, 'UTC', pattern) : written;
  const length = /[Hh]/.test(tokens) ? 13 : 10;
  return read.ok && read.value.slice(0, length) === SAMPLE.slice(0, length)
    ? undefined
    : { en: 'the form does not read what it writes', zh: '该格式无法读回其写出的内容' };
}

/** What a form does not hold, for the checker. */
export function patternLoses(pattern: string): Wording | undefined {
  const tokens = pattern.replace(/'[^']*'/g, ' ');
  if (!/[Hh]/.test(tokens)) return { en: 'the time of day', zh: '时刻' };
  if (!tokens.includes('m')) return { en: 'minutes and seconds', zh: '分与秒' };
  if (!tokens.includes('s')) return { en: 'seconds', zh: '秒' };
  const twice = { en: 'the second of two equal clock times when summer time ends', zh: '夏令时结束时重复的时刻' };
  if (tokens.includes('S')) return tokens.includes('Z') ? undefined : twice;
  return { en: 'fractions of a second', zh: '秒的小数部分' };
}
