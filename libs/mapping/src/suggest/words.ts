import { SYNONYMS } from './synonyms.js';

const CJK = /\p{Script=Han}/u;
const meanings = new Map<string, Set<string>>();
let longest = 1;
for (const row of SYNONYMS) {
  const [meaning = ''] = row;
  for (const word of row) {
    const plain = word.toLowerCase();
    const known = meanings.get(plain) ?? new Set<string>();
    known.add(meaning);
    meanings.set(plain, known);
    if (CJK.test(plain)) longest = Math.max(longest, plain.length);
  }
}

/**
 * The words of a field name: `unitPrice`, `unit_price`, `UNIT PRICE` → unit, price; `含税单价` → 含税, 单价. Vendor prefixes such as `hs_` and
 * one-letter words say nothing.
 */
export function wordsIn(name: string): readonly string[] {
  const parts = name
    .normalize('NFKC')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .map((part) => part.toLowerCase())
    .filter((part) => part !== '' && !NOISE.has(part));
  return parts.flatMap((part) => (CJK.test(part) ? cutChinese(part) : cutLatin(part)));
}

const NOISE = new Set([
  'hs',
  'properties',
  'values',
  'custom',
  'field',
  'fields',
  'data',
  'f',
  'the',
  'of',
  'in',
  'a',
  'and',
  'value',
  'isthmus',
  'erp',
]);

/** Meanings of a word; a word that the table does not hold means itself. */
export function meaningsOf(word: string): readonly string[] {
  return [...(meanings.get(word) ?? meanings.get(word.replace(/s$/, '')) ?? [word])];
}

/** Longest words first, from the left; what no word begins stays a character of its own. */
function cutChinese(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    let length = Math.min(longest, text.length - at);
    while (length > 1 && !meanings.has(text.slice(at, at + length))) length -= 1;
    words.push(text.slice(at, at + length));
    at += length;
  }
  return words;
}

/** `lastname` is in the table; `shippingaddress` is cut where both halves are. */
function cutLatin(text: string): string[] {
  if (meanings.has(text) || text.length < 6) return [text];
  for (let at = text.length - 3; at >= 3; at -= 1) {
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    if (meanings.has(head) && meanings.has(tail)) return [head, tail];
  }
  return [text];
}

/** Share of meanings that two names have in common, from 0 to 1; words that are spelled nearly alike count in part. */
export function likeness(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const found = a.map((word) => Math.max(...b.map((other) => wordLikeness(word, other))));
  const back = b.map((word) => Math.max(...a.map((other) => wordLikeness(word, other))));
  return (2 * sum(found) + sum(back)) / (2 * a.length + b.length);
}

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  const mine = new Set(meaningsOf(a));
  if (meaningsOf(b).some((meaning) => mine.has(meaning))) return 0.95;
  const spelled = spelling(a, b);
  return spelled >= 0.7 ? spelled * 0.8 : 0;
}

/** Pairs of letters in common (Sørensen–Dice). */
function spelling(a: string, b: string): number {
  if (a.length < 3 || b.length < 3) return 0;
  const pairs = new Set(Array.from({ length: a.length - 1 }, (_, at) => a.slice(at, at + 2)));
  const others = Array.from({ length: b.length - 1 }, (_, at) => b.slice(at, at + 2));
  return (2 * others.filter((pair) => pairs.has(pair)).length) / (pairs.size + others.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
