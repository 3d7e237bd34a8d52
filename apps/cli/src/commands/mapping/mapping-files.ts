import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { parseJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import { parse } from 'yaml';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import { shippedFolder } from '../../shipped-folder.js';

const MOST_BYTES = 1_048_576;
const SAMPLES = /\.samples\.ya?ml$/;

/** A mapping document on disk. */
export interface MappingFile {
  /** Path as it is shown: relative to the present folder where it lies below it. */
  readonly shown: string;
  readonly connector: string;
  readonly stream: string;
  readonly text: string;
  /** Samples beside it (`<stream>.samples.yaml`), with their shown path. */
  readonly samples?: { readonly shown: string; readonly text: string };
}

/**
 * The mapping documents under the given files and folders; without any, under `mappings/` of the present folder, else the shipped ones.
 * The place says what a mapping is for: `…/<connector>/<stream>.yaml`.
 *
 * @throws CliError for a path that does not exist or cannot be read
 */
export function mappingFiles(paths: readonly string[], folder: string): readonly MappingFile[] {
  const roots = paths.length > 0 ? paths.map((path) => resolve(folder, path)) : [defaultRoot(folder)];
  const files = new Set(roots.flatMap((root) => mappingsUnder(root, folder)));
  return [...files].map((file) => readMapping(file, folder));
}

function defaultRoot(folder: string): string {
  const own = join(folder, 'mappings');
  return existsSync(own) ? own : join(shippedFolder(), 'mappings');
}

/**
 * The one mapping that a word names: a file, or `<connector>/<stream>` below `mappings/` of the present folder, else the shipped one.
 *
 * @throws CliError where there is none
 */
export function mappingFileOf(word: string, folder: string): MappingFile {
  const place = resolve(folder, word);
  const named = ['.yaml', '.yml']
    .map((end) => join(defaultRoot(folder), `${word}${end}`))
    .find((file) => existsSync(file));
  const isFile = existsSync(place) && statSync(place).isFile();
  const [found] = mappingsUnder(isFile ? place : (named ?? place), folder);
  if (found !== undefined) return readMapping(found, folder);
  throw new CliError(EXIT.usage, { en: `There is no mapping ${word}.`, zh: `没有名为 ${word} 的映射。` });
}

/** A JSON or YAML file with one row, or a list of rows, or samples. @throws CliError when it cannot be read */
export function rowsOfFile(path: string, folder: string): readonly JsonObject[] {
  const file = resolve(folder, path);
  const text = readText(file, folder);
  let value: unknown;
  try {
    value = file.endsWith('.json')
      ? parseJson(text)
      : parse(text, { version: '1.2', schema: 'core', maxAliasCount: 0 });
  } catch {
    throw new CliError(EXIT.usage, {
      en: `${shownPath(file, folder)} is neither JSON nor YAML.`,
      zh: `${shownPath(file, folder)} 不是有效的 JSON 或 YAML。`,
    });
  }
  return (Array.isArray(value) ? value : [value]).filter(isObject).map((one) => (isSample(one) ? one['row'] : one));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSample(value: JsonObject): value is JsonObject & { row: JsonObject } {
  return typeof value['name'] === 'string' && isObject(value['row']);
}

function mappingsUnder(root: string, folder: string): readonly string[] {
  if (!existsSync(root))
    throw new CliError(EXIT.usage, {
      en: `There is no ${shownPath(root, folder)}.`,
      zh: `${shownPath(root, folder)} 不存在。`,
    });
  if (!statSync(root).isDirectory()) return [mappingOf(root)];
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !SAMPLES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Whoever names the samples means the mapping beside them. */
function mappingOf(file: string): string {
  return SAMPLES.test(file) ? file.replace(/\.samples(\.ya?ml)$/, '$1') : file;
}

function readMapping(file: string, folder: string): MappingFile {
  const stream = basename(file, extname(file));
  const samples = ['.yaml', '.yml'].map((end) => join(dirname(file), `${stream}.samples${end}`)).find(existsSync);
  return {
    shown: shownPath(file, folder),
    connector: basename(dirname(file)),
    stream,
    text: readText(file, folder),
    ...(samples && { samples: { shown: shownPath(samples, folder), text: readText(samples, folder) } }),
  };
}

function readText(file: string, folder: string): string {
  const shown = shownPath(file, folder);
  let size: number;
  try {
    ({ size } = statSync(file));
    if (size <= MOST_BYTES) return readFileSync(file, 'utf8');
  } catch {
    throw new CliError(EXIT.usage, { en: `${shown} cannot be read.`, zh: `无法读取 ${shown}。` });
  }
  throw new CliError(EXIT.usage, { en: `${shown} is larger than 1 MiB.`, zh: `${shown} 大于 1 MiB。` });
}

function shownPath(file: string, folder: string): string {
  const below = relative(folder, file);
  return below.startsWith('..') ? file : below || '.';
}
