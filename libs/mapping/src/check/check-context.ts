import { lookUp, type Schema } from '../document/schema-lookup.js';
import type { Findings, Said } from '../document/finding-factory.js';
import { say } from '../document/finding-factory.js';
import type { MappingDocument, RuleDocument } from '../document/mapping-document.js';
import { isPathProblem, parsePath, type Path } from '../paths/parse-path.js';
import type { Site } from '../compile/site.js';
import { suggest } from './suggest.js';

/** One rule under check: where it stands in the document and in the schemas. */
export interface RulePlace {
  readonly rule: RuleDocument;
  /** Document path, for example `rules[3]`. */
  readonly at: string;
  readonly site: Site;
  readonly document: MappingDocument;
  readonly findings: Findings;
}

/** A path text in parsed form; says why when it is none. */
export function readPath(text: string, at: string, findings: Findings): Path | undefined {
  const path = parsePath(text);
  if (!isPathProblem(path)) return path;
  const code = path.problem === 'dangerous' ? 'mapping.dangerous-path' : 'mapping.bad-path';
  findings.add({ code, path: at, message: say(`bad path "${text}": ${path.en}`, `路径“${text}”有误：${path.zh}`) });
  return undefined;
}

/** Which side a path belongs to. */
export type Side = 'canonical' | 'native';

/** The schema at a path; says when there is no such place. Undefined also where the schema says nothing. */
export function checkPath(path: Path, side: Side, at: string, site: Site, findings: Findings): Schema | undefined {
  const root = side === 'canonical' ? site.canonicalRoot : site.nativeRoot;
  const from = side === 'canonical' ? site.canonical : site.native;
  if (!root || !from) return undefined;
  const found = lookUp(root, path.segments, from);
  if (found.kind === 'known') return found.schema;
  if (found.kind === 'unknown') findings.add(unknownPath(path, side, at, found));
  if (found.kind === 'wrong-shape') findings.add(wrongShape(path, side, at, found));
  return undefined;
}

function unknownPath(
  path: Path,
  side: Side,
  at: string,
  found: { depth: number; names: readonly string[]; closed: boolean },
): Said {
  const segment = path.segments[found.depth];
  const name = segment?.kind === 'key' ? segment.key : '';
  const meant = suggest(name, found.names);
  const whole = meant === undefined ? undefined : path.text.replace(name, meant);
  const sure = side === 'canonical' || found.closed;
  return {
    code: side === 'canonical' ? 'mapping.unknown-path' : 'mapping.unknown-native-path',
    severity: sure ? 'error' : 'warning',
    path: at,
    message:
      side === 'canonical'
        ? say(`the model has no field "${name}" here`, `模型在此处没有字段“${name}”`)
        : say(`the stream's schema has no field "${name}" here`, `该数据流的模式在此处没有字段“${name}”`),
    suggestion: whole,
  };
}

function wrongShape(path: Path, side: Side, at: string, found: { depth: number; isList: boolean }): Said {
  const until = path.segments
    .slice(0, found.depth)
    .map((segment) => (segment.kind === 'key' ? segment.key : '[…]'))
    .join('.');
  return {
    code: side === 'canonical' ? 'mapping.unknown-path' : 'mapping.unknown-native-path',
    path: at,
    message: found.isList
      ? say(
          `"${until}" is a list: name an item, for example ${until}[0], or use a list rule`,
          `“${until}”是列表：请指定列表项，例如 ${until}[0]，或使用列表规则`,
        )
      : say(`"${until}" has no such fields or items`, `“${until}”没有这样的字段或列表项`),
  };
}
