import { fieldsOf, type JsonSchema } from '@isthmus/canonical';
import { isLeafSchema } from '../document/canonical-kind.js';
import { mappedFields } from '../check/mapped-fields.js';
import type { Site } from '../compile/site.js';
import type { LoadMappingInput, MappedField, MappingFinding, Wording } from '../contract.js';
import { nativePathsOf, waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { readMapping } from '../load-mapping.js';
import { pathOf } from '../paths/parse-path.js';
import { patternOf } from '../paths/pointer.js';
import { nativeFieldsOf } from './native-fields.js';

/** Which way a field goes: `in` = read from the connection, `out` = written to it. */
export type CoverageWay = 'both' | 'in' | 'out' | 'unmapped';

/** A canonical field and what the mapping does with it. */
export interface CanonicalCoverage {
  /** JSON Pointer, list items as `*`. */
  readonly pointer: string;
  readonly title: Wording;
  readonly way: CoverageWay;
  /** Must be there when its parent is. */
  readonly required: boolean;
  /** Computed by the model when no source states it. */
  readonly derived: boolean;
  readonly native: readonly string[];
  readonly rules: readonly string[];
  readonly loses: readonly Wording[];
}

/** A native field and what the mapping does with it. */
export interface NativeCoverage {
  /** Path, list items as `[]`. */
  readonly path: string;
  readonly way: CoverageWay;
  readonly required: boolean;
  readonly rules: readonly string[];
}

/** How many fields go which way. */
export type CoverageTotals = { readonly [way in CoverageWay]: number };

/** Which fields a mapping covers. */
export interface CoverageReport {
  readonly mapping: string;
  readonly entity: string;
  readonly canonical: readonly CanonicalCoverage[];
  /** Fields of the native schema; empty where it is not known. Paths that the schema does not name come after those it does. */
  readonly native: readonly NativeCoverage[];
  readonly totals: { readonly canonical: CoverageTotals; readonly native: CoverageTotals };
}

/** Which canonical and native fields a mapping covers, and which way they go. `report` is absent when the document has errors. */
export function coverageReport(input: LoadMappingInput): {
  readonly findings: readonly MappingFinding[];
  readonly report?: CoverageReport;
} {
  const { findings, sound } = readMapping(input);
  if (!sound) return { findings: findings.all() };
  const canonical = canonicalCoverage(sound.document, sound.site);
  const native = nativeCoverage(sound.document, sound.site);
  const report: CoverageReport = {
    mapping: input.id,
    entity: sound.document.entity,
    canonical,
    native,
    totals: { canonical: totalsOf(canonical), native: totalsOf(native) },
  };
  return { findings: findings.all(), report };
}

function canonicalCoverage(document: MappingDocument, site: Site): readonly CanonicalCoverage[] {
  const mapped = mappedFields(document, site);
  const parts = constantParts(document.rules, '');
  return fieldsOf(site.canonicalRoot as JsonSchema)
    .filter(({ schema }) => isLeafSchema(schema))
    .map(({ pointer, schema, required }) => {
      const touching = mapped.filter(({ canonical }) => touches(canonical, pointer, parts.get(canonical)));
      return {
        pointer,
        title: schema['x-title'] ?? { en: pointer, zh: pointer },
        way: wayOf(touching.map(({ ways }) => ways)),
        required,
        derived: schema['x-derived'] === true,
        native: [...new Set(touching.flatMap(({ native }) => native))],
        rules: [...new Set(touching.flatMap(({ rules }) => rules))],
        loses: touching.flatMap(({ loses = [] }) => loses),
      };
    });
}

/** A rule covers its field and what lies below it; a constant object covers the fields that it names. */
function touches(mapped: MappedField['canonical'], pointer: string, parts: readonly string[] | undefined): boolean {
  if (parts) return parts.some((part) => part === pointer || pointer.startsWith(`${part}/`));
  return mapped === pointer || pointer.startsWith(`${mapped}/`);
}

/** Fields that the constant objects of the rules name, by the pointer of the object. */
function constantParts(rules: readonly RuleDocument[], prefix: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { canonical, constant, rules: inner } of rules) {
    if (canonical === undefined) continue;
    const pointer = prefix + patternOf(pathOf(canonical));
    if (inner) for (const [key, parts] of constantParts(inner, `${pointer}/*`)) found.set(key, parts);
    const names = typeof constant === 'object' && constant !== null && !Array.isArray(constant) ? constant : undefined;
    if (names) found.set(pointer, Object.keys(names).map((name) => `${pointer}/${name}`));
  }
  return found;
}

interface NativeUse {
  readonly path: string;
  readonly in: boolean;
  readonly out: boolean;
  readonly at: string;
}

function nativeCoverage(document: MappingDocument, site: Site): readonly NativeCoverage[] {
  const uses = usesOf(document.rules, 'rules', '');
  const known = site.nativeRoot ? nativeFieldsOf(site.nativeRoot) : [];
  const named = known.map(({ path, required }) => ({ path, required, uses: uses.filter((use) => covers(use.path, path)) }));
  const taken = new Set(named.flatMap(({ uses: own }) => own));
  const others = new Map<string, NativeUse[]>();
  for (const use of uses) if (!taken.has(use)) others.set(use.path, [...(others.get(use.path) ?? []), use]);
  const unnamed = [...others].map(([path, own]) => ({ path, required: false, uses: own }));
  return [...named, ...unnamed].map(({ path, required, uses: own }) => ({
    path,
    way: wayOf(own.map((use) => (use.in && use.out ? 'both' : use.in ? 'in' : 'out'))),
    required,
    rules: own.map(({ at }) => at),
  }));
}

/** Positions and selectors both stand for items. */
function covers(used: string, field: string): boolean {
  const plain = used.replaceAll(/\[(?!')[^\]]*\]/g, '[]').replaceAll('[][]', '[]');
  return plain === field || field.startsWith(`${plain}.`) || field.startsWith(`${plain}[`);
}

function usesOf(rules: readonly RuleDocument[], at: string, prefix: string): NativeUse[] {
  return rules.flatMap((rule, index) => {
    const here = `${at}[${index}]`;
    const ways = waysOf(rule);
    const paths = nativePathsOf(rule).map((path) => prefix + path);
    if (!rule.rules) return paths.map((path) => ({ path, ...ways, at: here }));
    const items = `${paths[0] ?? ''}[].`;
    const key = rule.list?.key;
    return [
      ...(key ? [{ path: items + key.native, ...ways, at: `${here}.list.key` }] : []),
      ...usesOf(rule.rules, `${here}.rules`, items),
    ];
  });
}

function wayOf(ways: readonly CoverageWay[]): CoverageWay {
  const [isIn, out] = (['in', 'out'] as const).map((way) => ways.some((one) => one === way || one === 'both'));
  if (isIn && out) return 'both';
  return isIn ? 'in' : out ? 'out' : 'unmapped';
}

function totalsOf(fields: readonly { readonly way: CoverageWay }[]): CoverageTotals {
  const totals = { both: 0, in: 0, out: 0, unmapped: 0 };
  for (const { way } of fields) totals[way] += 1;
  return totals;
}
