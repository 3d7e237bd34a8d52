import { canonicalTypeOf, isLeafSchema, wordsOf } from '../document/canonical-kind.js';
import { lookUp, type Schema } from '../document/schema-lookup.js';
import type { CanonicalType } from '../transforms/transform.js';
import { pathOf } from '../paths/parse-path.js';
import { wordsIn } from './words.js';

/** A place of the model that a rule may fill. */
export interface Target {
  /** Canonical path as a document writes it, relative to the object that the rules stand in. */
  readonly path: string;
  readonly type: CanonicalType;
  readonly words: ReadonlySet<string> | undefined;
  readonly entity: string | undefined;
  /** Names of the field in the model's own words, in English and Chinese, each cut into words. */
  readonly names: readonly (readonly string[])[];
  /** What values there look like. */
  readonly meaning: string | undefined;
  readonly extras: string | undefined;
  readonly nested: boolean;
}

/** Lists of the model whose items are told apart by a word: each such item is a target of its own. */
const KEYED: readonly (readonly [entity: string, path: string, names: string, meaning?: string, extras?: string])[] = [
  ...['mobile', 'phone', 'email', 'fax', 'qq', 'wechatId', 'web'].map(
    (kind) => ['customer', `contactPoints[kind=${kind}].value`, kind, kind, '{ isPrimary: true }'] as const,
  ),
  ...['lines', 'city', 'region', 'district', 'postalCode', 'country'].map(
    (field) => ['customer', `addresses[key=main].${field}`, `address ${field}`, undefined, '{ use: billing }'] as const,
  ),
  ['customer', 'contacts[key=main].name', 'contact person name', undefined, '{ isPrimary: true }'],
  ['product', 'barcodes[0].value', 'barcode'],
  ['product', 'prices[priceKind=retail].amount', 'retail price', undefined, '{ priceIncludesTax: true }'],
];

const MAX_DEPTH = 3;

/** The targets of an entity, or of the items of one of its lists (`list` = canonical path of the list). */
export function targetsOf(entity: string, root: Schema, from: Schema, inList: boolean): readonly Target[] {
  const found: Target[] = [];
  collect(from, '', [], found, 0);
  const keyed = inList ? [] : KEYED.filter(([owner]) => owner === entity).flatMap((entry) => keyedTarget(entry, root));
  return [...found, ...keyed];
}

function keyedTarget([, path, names, meaning, extras]: (typeof KEYED)[number], root: Schema): readonly Target[] {
  const found = lookUp(root, pathOf(path).segments);
  if (found.kind !== 'known') return [];
  return [
    {
      ...describe(path, found.schema),
      names: [wordsIn(names), ...namesOf(found.schema)],
      meaning,
      extras,
      nested: false,
    },
  ];
}

function collect(schema: Schema, path: string, parents: readonly string[], found: Target[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  for (const [name, child] of Object.entries((schema['properties'] ?? {}) as { [name: string]: Schema })) {
    const here = path === '' ? name : `${path}.${name}`;
    const words = wordsIn(name);
    if (isLeafSchema(child) || isTextList(child)) {
      const own = [words, ...namesOf(child)];
      const names = parents.length === 0 ? own : [...own, [...parents, ...words]];
      found.push({ ...describe(here, child), names, meaning: undefined, extras: undefined, nested: depth > 0 });
    } else if (child['properties']) collect(child, here, [...parents, ...words], found, depth + 1);
  }
}

function describe(path: string, schema: Schema): Pick<Target, 'path' | 'type' | 'words' | 'entity'> {
  const entity = schema['x-ref'];
  return {
    path,
    type: canonicalTypeOf(schema),
    words: wordsOf(schema),
    entity: typeof entity === 'string' ? entity : undefined,
  };
}

function namesOf(schema: Schema): readonly (readonly string[])[] {
  const title = schema['x-title'] as { readonly en: string; readonly zh: string } | undefined;
  return title ? [wordsIn(title.en), wordsIn(title.zh)] : [];
}

function isTextList(schema: Schema): boolean {
  const items = schema['items'] as Schema | undefined;
  return items !== undefined && items['type'] === 'string';
}
