import { lookUp, type Schema } from '../document/schema-lookup.js';
import type { Path, PathSegment } from '../paths/parse-path.js';

/** Key fields of the list at this place. */
export type KeysOfList = (prefix: readonly PathSegment[]) => readonly string[];

/** Where rules stand: at the root, or inside the items of a list. Schemas are those of the object that the paths start from. */
export interface Site {
  readonly canonicalRoot: Schema;
  readonly canonical: Schema;
  readonly nativeRoot: Schema | undefined;
  readonly native: Schema | undefined;
  /** True inside the items of a list. @default false */
  readonly inList?: boolean;
}

/** Schema of a canonical path; undefined where the model says nothing (`extensions`). */
export function canonicalSchemaAt(site: Site, path: Path): Schema | undefined {
  const found = lookUp(site.canonicalRoot, path.segments, site.canonical);
  return found.kind === 'known' ? found.schema : undefined;
}

/** Schema of a native path; undefined where it is not known. */
export function nativeSchemaAt(site: Site, path: Path): Schema | undefined {
  if (!site.nativeRoot || !site.native) return undefined;
  const found = lookUp(site.nativeRoot, path.segments, site.native);
  return found.kind === 'known' ? found.schema : undefined;
}

/** The site of the items of a list. */
export function itemSite(site: Site, canonical: Path, native: Path): Site {
  const item: PathSegment = { kind: 'index', index: 0 };
  const nativeItem = { text: native.text, segments: [...native.segments, item] };
  return {
    ...site,
    inList: true,
    canonical: canonicalSchemaAt(site, { text: canonical.text, segments: [...canonical.segments, item] }) ?? {},
    native: nativeSchemaAt(site, nativeItem),
  };
}

/** Key fields of lists in the canonical model (`x-key`). */
export function canonicalKeys(site: Site): KeysOfList {
  return (prefix) => {
    const key = canonicalSchemaAt(site, { text: '', segments: prefix })?.['x-key'];
    return Array.isArray(key) ? (key as string[]) : [];
  };
}
