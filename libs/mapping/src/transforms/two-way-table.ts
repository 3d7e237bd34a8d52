/** A value table prepared for both directions. Where several native texts mean one canonical text, the first is written. */
export interface TwoWayTable {
  readonly name: string;
  readonly toCanonical: ReadonlyMap<string, string>;
  readonly toNative: ReadonlyMap<string, string>;
}

/** Joins the tables over each other; entries of later ones win. */
export function twoWayTable(
  name: string,
  ...tables: readonly ({ readonly [native: string]: string } | undefined)[]
): TwoWayTable {
  const toCanonical = new Map<string, string>();
  for (const table of tables) {
    if (table) for (const native of Object.keys(table)) toCanonical.set(native, table[native] as string);
  }
  const toNative = new Map<string, string>();
  for (const [native, canonical] of toCanonical) if (!toNative.has(canonical)) toNative.set(canonical, native);
  return { name, toCanonical, toNative };
}
