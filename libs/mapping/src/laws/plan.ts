import { cleanCode } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { rulesOfList, siteOfList } from '../compile/list-rule.js';
import { canonicalKeys, nativeSchemaAt, type Site } from '../compile/site.js';
import {
  conditionsOf,
  firstNativeOf,
  nativePathsOf,
  type Conditions,
  type MappingDocument,
  type RuleDocument,
} from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { compileWriter, type PathWriter } from '../paths/write-path.js';
import { acceptedValues } from './accepted-values.js';
import type { Random } from './random.js';

/** Fields that are filled together, with the values that they may hold: one value for each path. */
export interface FieldGroup {
  readonly paths: readonly string[];
  readonly writers: readonly PathWriter[];
  readonly values: readonly (readonly Json[])[];
  /** Conditions ask for these values. */
  readonly asked: boolean;
  /** The native schema says that the field is always there and never null. */
  readonly required: boolean;
}

/** A list whose items are filled by a plan of their own. */
export interface ListGroup {
  readonly path: string;
  readonly write: PathWriter;
  readonly key: { readonly path: string; readonly write: PathWriter; readonly values?: readonly Json[] } | undefined;
  readonly items: LevelPlan;
}

/** How one level of a row or of a body is filled. */
export interface LevelPlan {
  readonly fields: readonly FieldGroup[];
  readonly lists: readonly ListGroup[];
}

/** Plans of a mapping: for native rows and for canonical bodies. */
export interface Plans {
  readonly native: LevelPlan;
  readonly canonical: LevelPlan;
}

interface Gathered {
  readonly groups: Map<string, { paths: readonly string[]; values: Map<string, readonly Json[]>[]; wanted: Json[] }>;
  readonly lists: ListGroup[];
}

/** Looks at every rule once and finds values for both of its sides. */
export function plansOf(document: MappingDocument, site: Site, random: Random): Plans {
  return levelOf(document.rules, document, site, random, document.when ?? {});
}

function levelOf(
  rules: readonly RuleDocument[],
  document: MappingDocument,
  site: Site,
  random: Random,
  when: Conditions,
): Plans {
  const native: Gathered = { groups: new Map(), lists: [] };
  const canonical: Gathered = { groups: new Map(), lists: [] };
  wanted(canonical, when);
  for (const rule of rules) {
    const conditions = conditionsOf(rule);
    wanted(native, conditions.native);
    wanted(canonical, conditions.canonical);
    if (rule.rules) addList(rule, document, site, random, { native, canonical });
    else if (rule.constant === undefined && rule.canonical !== undefined && nativePathsOf(rule).length > 0)
      addRule(rule, document, site, random, { native, canonical });
  }
  const keys = canonicalKeys(site);
  return {
    native: {
      fields: fieldsOf(
        native,
        (path) => compileWriter(pathOf(path)),
        (path) => requires(site, path),
      ),
      lists: native.lists,
    },
    canonical: { fields: fieldsOf(canonical, (path) => compileWriter(pathOf(path), keys)), lists: canonical.lists },
  };
}

type Both = { readonly native: Gathered; readonly canonical: Gathered };

function addRule(rule: RuleDocument, document: MappingDocument, site: Site, random: Random, to: Both): void {
  const values = acceptedValues(rule, site, document, random);
  const natives = nativePathsOf(rule);
  add(
    to.native,
    natives,
    values.native.map((value) => (natives.length > 1 && Array.isArray(value) ? value : [value])),
  );
  add(
    to.canonical,
    [rule.canonical as string],
    values.canonical.map((value) => [value]),
  );
}

function add({ groups }: Gathered, paths: readonly string[], values: readonly (readonly Json[])[]): void {
  const key = paths.join('\n');
  const group = groups.get(key) ?? { paths, values: [], wanted: [] };
  if (values.length > 0) group.values.push(new Map(values.map((value) => [JSON.stringify(value), value])));
  groups.set(key, group);
}

function addList(rule: RuleDocument, document: MappingDocument, site: Site, random: Random, to: Both): void {
  const inside = siteOfList(rule, site);
  const plans = levelOf(rulesOfList(rule, inside), document, inside, random, {});
  const [native, canonical] = [firstNativeOf(rule), rule.canonical as string];
  const key = rule.list?.key;
  // Another rule may read the key's native field too, so a key that is made up must be one that both take.
  const keys = plans.native.fields.find(({ paths }) => paths.length === 1 && paths[0] === key?.native)?.values;
  const natives = keys?.map(([value]) => value as Json) ?? [];
  to.native.lists.push({
    path: native,
    write: compileWriter(pathOf(native)),
    key: key && { path: key.native, write: compileWriter(pathOf(key.native)) },
    items: plans.native,
  });
  to.canonical.lists.push({
    path: canonical,
    write: compileWriter(pathOf(canonical), canonicalKeys(site)),
    key: key && {
      path: key.canonical,
      write: compileWriter(pathOf(key.canonical)),
      values: natives.flatMap((value) =>
        typeof value === 'string' || typeof value === 'number' ? [cleanCode(String(value))] : [],
      ),
    },
    items: plans.canonical,
  });
}

/** Values that conditions ask for, so that rules with a condition run at all. */
function wanted({ groups }: Gathered, conditions: Conditions): void {
  for (const [path, condition] of Object.entries(conditions)) {
    const group = groups.get(path) ?? { paths: [path], values: [], wanted: [] };
    group.wanted.push(...valuesOf(condition).filter((value) => value !== null));
    groups.set(path, group);
  }
}

function valuesOf(condition: Conditions[string]): readonly Json[] {
  if (Array.isArray(condition)) return condition as readonly Json[];
  if (typeof condition !== 'object' || condition === null) return [condition as Json];
  const { startsWith, not } = condition as { readonly startsWith?: string; readonly not?: Json };
  if (startsWith !== undefined) return [`${startsWith}1`];
  return not === undefined ? [] : Array.isArray(not) ? not : [not];
}

function fieldsOf(
  { groups }: Gathered,
  writerOf: (path: string) => PathWriter,
  isRequired: (path: string) => boolean = () => false,
): FieldGroup[] {
  return [...groups.values()].map(({ paths, values, wanted: asked }) => ({
    paths,
    writers: paths.map(writerOf),
    values: [...common(values), ...asked.flatMap((value) => [[value], [value], [value]])],
    asked: asked.length > 0,
    required: paths.some(isRequired),
  }));
}

function requires(site: Site, text: string): boolean {
  const { segments } = pathOf(text);
  const last = segments.at(-1);
  const parent = segments.length > 1 ? nativeSchemaAt(site, { text, segments: segments.slice(0, -1) }) : site.native;
  const names = parent?.['required'];
  return last?.kind === 'key' && Array.isArray(names) && names.includes(last.key);
}

/** Values that all rules of a field take; where there are none, those that any of them takes. */
function common(sets: readonly ReadonlyMap<string, readonly Json[]>[]): readonly (readonly Json[])[] {
  const [first, ...others] = sets;
  if (!first) return [];
  const shared = [...first].flatMap(([key, value]) => (others.every((set) => set.has(key)) ? [value] : []));
  return shared.length > 0 ? shared : sets.flatMap((set) => [...set.values()]);
}
