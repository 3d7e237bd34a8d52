import type { MappingFinding } from '../contract.js';
import { isLayer, readLayer, readMappingYaml, type LayerBase } from './read-layer.js';
import { writeMapping } from './write-mapping.js';

/** A layer laid over the shipped mapping, as the YAML that counts for the connection; absent when it does not fit. */
export interface EffectiveDocument {
  readonly document?: string;
  readonly findings: readonly MappingFinding[];
}

/**
 * Shows what a connection's layer makes of the shipped mapping. A text without `extends` is a mapping of its own and comes back as it is.
 * Findings here are those of reading and laying over; `loadMapping` checks the result as a whole.
 */
export function effectiveDocument(
  layer: { readonly file: string; readonly text: string },
  base: LayerBase | undefined,
): EffectiveDocument {
  const read = readMappingYaml(layer.file, layer.text);
  if (read.value !== undefined && !isLayer(read.value)) return { document: layer.text, findings: [] };
  const { value, findings } = readLayer(layer.file, read, base);
  return value === undefined
    ? { findings: findings.all() }
    : { document: writeMapping(value), findings: findings.all() };
}
