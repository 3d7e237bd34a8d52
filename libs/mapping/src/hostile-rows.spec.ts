import { equalJson, type Json, type JsonObject } from '@isthmus/json';
import type { CompiledMapping, LoadMappingInput, MapIssue } from './contract.js';
import { layOver } from './laws/lay-over.js';
import { patternOf } from './paths/pointer.js';
import { pathOf } from './paths/parse-path.js';
import { generatorsOf } from './laws/generate.js';
import { shippedMappings } from '../../../tests/support/shipped-mappings.js';
import { loadMapping, readMapping } from './load-mapping.js';
import { sampleEnvironment } from './samples/run-samples.js';

const deep = (depth: number): Json => {
  let value: Json = 'x';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** What no far side should send, and what some do. */
const HOSTILE: readonly (readonly [name: string, value: Json])[] = [
  ['NUL', 'a\u0000b'],
  ['half a character', 'a\ud800'],
  ['the other half', '\udc00a'],
  ['infinity as JSON reads 1e400', Infinity],
  ['not a number', NaN],
  ['1e400 as text', '1e400'],
  ['twenty digits as text', '12345678901234567890'],
  ['twenty digits as a number', Number('12345678901234567890')],
  ['a number beyond exactness', Number('1234567890.1234567')],
  ['a negative zero', -0],
  ['true', true],
  ['a number', 7],
  ['a text', 'plainly wrong'],
  ['an empty object', {}],
  ['an object', { a: 'b' }],
  ['a list', ['a', 1, null]],
  ['a list of lists', [[[]]]],
  ['nested too deeply', deep(40)],
  ['nested beyond all stacks', deep(20_000)],
  ['a key that reaches a prototype', JSON.parse('{"__proto__":{"polluted":1}}') as Json],
  ['a long text', 'x'.repeat(20_000)],
  ['a formula', '=1+1'],
  ['control characters', '\u0001\u0007\u001b[31m'],
  ['a right-to-left override', 'abc\u202ecba'],
];

/** Every place of a row that it holds: leaves, objects and lists, but not the row itself. */
function placesOf(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (value === null || typeof value !== 'object') return path.length > 0 ? [path] : [];
  const inner = Object.entries(value).flatMap(([key, child]) => placesOf(child, [...path, key]));
  return path.length > 0 ? [path, ...inner] : inner;
}

/** The row with this value at this place; the rest is shared. */
function put(row: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  const copy = (Array.isArray(row) ? [...(row as Json[])] : { ...row }) as JsonObject;
  copy[key as string] = rest.length === 0 ? value : put(copy[key as string] as JsonObject, rest, value);
  return copy;
}

const patternOfPlace = (path: readonly string[]): string =>
  path.map((key) => (/^\d+$/.test(key) ? '*' : key)).join('/');

interface Spot {
  readonly row: JsonObject;
  readonly path: readonly string[];
}

/** Each place that some row holds, once: list items of the same list count as one place. */
function spotsOf(rows: readonly JsonObject[]): readonly Spot[] {
  const spots = new Map<string, Spot>();
  for (const row of rows)
    for (const path of placesOf(row)) {
      const pattern = patternOfPlace(path);
      if (!spots.has(pattern)) spots.set(pattern, { row, path });
    }
  return [...spots.values()];
}

/** Rows of which together every mapped path is held by some. */
function readableRows(input: LoadMappingInput, mapping: CompiledMapping): readonly JsonObject[] {
  const { sound } = readMapping(input);
  if (!sound) throw new Error(`${input.file} has errors`);
  const { row } = generatorsOf(sound.document, sound.site);
  return Array.from({ length: 40 }, (_, seed) => row(seed + 1)).filter(
    (candidate) => mapping.toCanonical(candidate, sampleEnvironment).ok,
  );
}

const shipped = shippedMappings().map((input) => [input.id, input] as const);

describe.each(shipped)('S05 F40 hostile values in the rows of %s', (_id, input) => {
  const mapping = loadMapping(input).compiled as CompiledMapping;
  const spots = spotsOf(readableRows(input, mapping));
  const prototype = Object.getOwnPropertyNames(Object.prototype).sort().join();

  afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(prototype));

  it('the rows hold every native field that a rule reads', () => {
    const held = new Set(spots.map(({ path }) => path[0]));
    const read = (readMapping(input).sound?.document.rules ?? []).flatMap(({ native, direction, constant }) =>
      native === undefined || direction === 'out' || constant !== undefined ? [] : [native].flat(),
    );
    for (const path of read) expect(held).toContain(patternOf(pathOf(path)).split('/')[1]?.replaceAll('~1', '/'));
  });

  it('end at every place in issues with path and reason, or in a right value that leaves the other fields alone', () => {
    const wrong: string[] = [];
    for (const { row, path } of spots) {
      const before = mapping.toCanonical(row, sampleEnvironment);
      for (const [name, value] of HOSTILE) {
        const hostile = put(row, path, value);
        const said = problemOf(mapping, hostile, value, before.ok ? before.body : {});
        if (said) wrong.push(`/${path.join('/')} ${name}: ${said}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('at every place of a record are written rightly or refused with path and reason', () => {
    const wrong: string[] = [];
    const bodies = spots.flatMap(({ row }) => {
      const read = mapping.toCanonical(row, sampleEnvironment);
      return read.ok ? [read.body] : [];
    });
    for (const { row: body, path } of spotsOf(bodies)) {
      for (const [name, value] of HOSTILE) {
        const written = mapping.toNative(put(body, path, value), sampleEnvironment, () => undefined);
        const bad = written.ok ? unsafeParts(written.row) : written.issues.flatMap(badIssue);
        if (bad.length > 0) wrong.push(`/${path.join('/')} ${name}: ${bad.join()}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** What is wrong with how a row with one hostile value came through; undefined = nothing. */
function problemOf(mapping: CompiledMapping, row: JsonObject, value: Json, before: JsonObject): string | undefined {
  const result = mapping.toCanonical(row, sampleEnvironment);
  if (!result.ok) return result.issues.flatMap(badIssue)[0];
  const unsafe = unsafeParts(result.body);
  if (unsafe.length > 0) return unsafe.join();
  const arrived = leavesOf(result.body).filter((leaf) => !leavesOf(before).includes(leaf));
  // Digits must arrive as they were; a JSON number of so many digits may have lost some already.
  const digits = arrived.filter((leaf) => leaf.includes('123456789012345'));
  if (typeof value === 'number' && digits.length > 0) return `digits lost: ${digits.join()}`;
  if (value === '12345678901234567890' && digits.some((leaf) => !leaf.includes(value)))
    return `changed: ${digits.join()}`;
  if (
    typeof value === 'string' &&
    value.length > 1000 &&
    arrived.some((leaf) => leaf.length > 100 && leaf.length < value.length)
  )
    return 'cut';
  return comesBack(mapping, row, result.body) ? undefined : 'written back as something else';
}

function badIssue({ code, path, message }: MapIssue): readonly string[] {
  const good =
    /^[a-z][a-z_]*([.-][a-z-]+)*$/.test(code) && path.startsWith('/') && message.en !== '' && message.zh !== '';
  return good ? [] : [`bad issue ${code} at "${path}"`];
}

function leavesOf(value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(leavesOf);
}

/** Texts, numbers and keys that must not travel. */
function unsafeParts(value: Json): readonly string[] {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? ['text'] : [];
  if (typeof value === 'number') return Number.isFinite(value) ? [] : ['number'];
  if (value === null || typeof value !== 'object') return [];
  return Object.keys(value).flatMap((key) => [
    ...(key === '__proto__' ? ['key'] : unsafeParts(key)),
    ...unsafeParts((value as JsonObject)[key] as Json),
  ]);
}

/** What came through survives being written and read again, but for declared losses, which the laws look at. */
function comesBack(mapping: CompiledMapping, row: JsonObject, body: JsonObject): boolean {
  const written = mapping.toNative(body, sampleEnvironment, () => undefined);
  if (!written.ok) return false;
  const again = mapping.toCanonical(layOver(row, written.row), sampleEnvironment);
  if (!again.ok) return false;
  const twice = mapping.toNative(again.body, sampleEnvironment, () => undefined);
  return twice.ok && equalJson(twice.row, written.row);
}
