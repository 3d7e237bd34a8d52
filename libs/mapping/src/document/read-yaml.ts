import type { Json, JsonObject } from '@isthmus/json';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Scalar, type YAMLMap } from 'yaml';
import { Findings, say, type Place } from './finding-factory.js';
import { parseYaml, type YamlProblem } from './parse-yaml.js';

const MAX_CHARACTERS = 1_048_576;
const MAX_NODES = 100_000;
const MAX_DEPTH = 32;
// Validators join the errors of items one by one: tens of thousands of wrong items would hold them for minutes.
const MAX_ITEMS = 2000;
const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A YAML text as JSON, and where each path of it stands. `value` is absent when there are errors. */
export interface YamlText {
  readonly value?: Json;
  readonly findings: Findings;
}

interface Walk {
  readonly findings: Findings;
  readonly places: Map<string, Place>;
  readonly lines: LineCounter;
  /** True where scalars are texts however they look: keys and values of value tables. */
  readonly asText: (path: string) => boolean;
  nodes: number;
}

/**
 * Reads YAML 1.2 (core types) as plain JSON. Refused: more than 1 MiB, aliases and anchors (a few lines of them can grow to gigabytes), tags,
 * repeated keys, keys that reach a prototype, numbers that a double cannot hold, more than one document.
 */
export function readYaml(file: string, text: string, asText: (path: string) => boolean = () => false): YamlText {
  const places = new Map<string, Place>();
  const findings = new Findings(file, (path) => placeOf(places, path));
  if (Buffer.byteLength(text) > MAX_CHARACTERS) {
    findings.add({
      code: 'mapping.too-large',
      path: '',
      message: say('the document is larger than 1 MiB', '文档超过 1 MiB'),
    });
    return { findings };
  }
  const lines = new LineCounter();
  const { document, problems } = parseYaml(text, lines);
  reportSyntax(problems, findings, lines);
  if (!document || findings.hasErrors) return { findings };
  const walk: Walk = { findings, places, lines, asText, nodes: 0 };
  const value = toJson(document.contents, '', 0, walk);
  return findings.hasErrors ? { findings } : { value, findings };
}

function reportSyntax(problems: readonly YamlProblem[], findings: Findings, lines: LineCounter): void {
  for (const { code, message: said, offset } of problems) {
    const { line, col } = lines.linePos(offset);
    const message = said.slice(0, 200);
    findings.addAt(
      code === 'TOO_MUCH'
        ? {
            code: 'mapping.too-large',
            path: '',
            message: say('too many or too deeply nested values', '值过多或嵌套过深'),
          }
        : {
            code: code === 'TAG_RESOLVE_FAILED' ? 'mapping.yaml-tag' : 'mapping.yaml-syntax',
            path: '',
            message: notYaml(code, message),
          },
      { line: Math.max(line, 1), column: Math.max(col, 1) },
    );
  }
}

/** What the usual mistakes are called; the parser's own words, which are for those who know its grammar, come after. */
const MISTAKES: { readonly [code: string]: readonly [en: string, zh: string] } = {
  BAD_INDENT: ['wrong indentation, or a bracket that is not closed', '缩进有误，或括号未闭合'],
  MISSING_CHAR: ['a bracket, quotation mark, comma, colon or blank is missing', '缺少括号、引号、逗号、冒号或空格'],
  TAB_AS_INDENT: ['lines are indented by blanks, not by tabs', '缩进须用空格，不能用制表符'],
  UNEXPECTED_TOKEN: ['something stands where nothing may stand', '此处出现了多余的内容'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a name and its value do not stand as they should: quote texts that hold ": "',
    '键与值的写法有误：含“: ”的文本须加引号',
  ],
  MULTILINE_IMPLICIT_KEY: ['a name must stand in one line: perhaps a colon is missing', '键必须写在一行：可能缺少冒号'],
  MULTIPLE_DOCS: ['one file holds one document', '一个文件只能有一个文档'],
};

function notYaml(code: string, said: string): { en: string; zh: string } {
  const [en, zh] = MISTAKES[code] ?? [];
  return say(
    `not valid YAML: ${en === undefined ? said : `${en} (${said})`}`,
    `不是有效的 YAML：${zh === undefined ? said : `${zh}（${said}）`}`,
  );
}

/** The place of a path, or of the nearest parent that has one. */
function placeOf(places: ReadonlyMap<string, Place>, path: string): Place {
  let here = path;
  for (;;) {
    const place = places.get(here);
    if (place) return place;
    if (here === '') return { line: 1, column: 1 };
    here = here.slice(0, Math.max(here.lastIndexOf('.'), here.lastIndexOf('['), 0));
  }
}

function toJson(node: unknown, path: string, depth: number, walk: Walk): Json {
  walk.nodes += 1;
  if (walk.nodes > MAX_NODES || depth > MAX_DEPTH)
    return refuse(walk, path, 'mapping.too-large', say('too many or too deeply nested values', '值过多或嵌套过深'));
  if (node === null || node === undefined) return null;
  const place = mark(node as Node, path, walk);
  if (isAlias(node) || (node as { anchor?: string }).anchor !== undefined) {
    return refuse(
      walk,
      path,
      'mapping.alias',
      say('anchors and aliases (& and *) are not allowed', '不允许使用锚点和别名（& 与 *）'),
      place,
    );
  }
  if ((node as { tag?: string }).tag !== undefined) {
    return refuse(
      walk,
      path,
      'mapping.yaml-tag',
      say('YAML tags (!) are not allowed', '不允许使用 YAML 标签（!）'),
      place,
    );
  }
  if (isSeq(node)) {
    if (node.items.length > MAX_ITEMS)
      return refuse(walk, path, 'mapping.too-large', say(`more than ${MAX_ITEMS} items`, `超过 ${MAX_ITEMS} 项`));
    return node.items.map((item, index) => toJson(item, `${path}[${index}]`, depth + 1, walk));
  }
  if (isMap(node)) return objectOf(node, path, depth, walk);
  return isScalar(node) ? scalarOf(node, path, walk) : null;
}

function mark(node: Node, path: string, walk: Walk): Place | undefined {
  if (!node.range) return undefined;
  const { line, col } = walk.lines.linePos(node.range[0]);
  const place = { line, column: col };
  // A key's place was noted by its object; the value's is the better one only for list items and the root.
  if (!walk.places.has(path)) walk.places.set(path, place);
  return place;
}

function objectOf(map: YAMLMap, path: string, depth: number, walk: Walk): JsonObject {
  const object: JsonObject = {};
  for (const pair of map.items) {
    const key = keyOf(pair.key);
    if (key === undefined || DANGEROUS_KEYS.has(key)) {
      refuse(
        walk,
        path,
        'mapping.dangerous-path',
        say(`this key is not allowed: ${key ?? 'not a text'}`, `不允许的键：${key ?? '不是文本'}`),
      );
      continue;
    }
    const child = path === '' ? key : `${path}.${key}`;
    const place = mark(pair.key as Node, child, walk);
    // Compared as written: in a value table 1 and 01 are two codes.
    if (Object.hasOwn(object, key))
      refuse(
        walk,
        child,
        'mapping.duplicate-key',
        say('this key is written twice in one object', '同一对象中出现重复的键'),
        place,
      );
    object[key] = toJson(pair.value, child, depth + 1, walk);
  }
  return object;
}

function keyOf(key: unknown): string | undefined {
  if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

function scalarOf(scalar: Scalar, path: string, walk: Walk): Json {
  const { value, source } = scalar;
  if (typeof value === 'string') return cleanTextOrRefuse(value, path, walk);
  if (value === null || value === undefined) return null;
  if (walk.asText(path)) return source ?? JSON.stringify(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && isExact(value, source)) return value;
  return refuse(
    walk,
    path,
    'mapping.inexact-number',
    say('this number cannot be kept exactly: write it in quotes', '该数字无法精确保存：请加引号'),
  );
}

function isExact(value: number, source: string | undefined): boolean {
  if (!Number.isFinite(value)) return false;
  return (source ?? '').replace(/[^0-9]/g, '').replace(/^0+/, '').length <= 15;
}

function cleanTextOrRefuse(text: string, path: string, walk: Walk): Json {
  if (!text.includes('\u0000') && text.isWellFormed()) return text;
  return refuse(
    walk,
    path,
    'mapping.dangerous-text',
    say('the text holds NUL or half a character', '文本含有 NUL 或不完整字符'),
  );
}

function refuse(walk: Walk, path: string, code: string, message: { en: string; zh: string }, place?: Place): null {
  if (place) walk.findings.addAt({ code, path, message }, place);
  else walk.findings.add({ code, path, message });
  return null;
}
