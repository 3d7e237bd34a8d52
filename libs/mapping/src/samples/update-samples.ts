import type { Json, JsonObject } from '@isthmus/json';
import { isMap, isSeq, parseDocument, stringify } from 'yaml';
import type { CompiledMapping, MapEnvironment } from '../contract.js';
import { readYaml } from '../document/read-yaml.js';
import type { MadeSample } from './make-sample.js';
import { runSamples, sampleEnvironment } from './run-samples.js';

/**
 * The text of a file of samples with its expectations brought up to what the mapping does now; names, rows and comments stay. Samples
 * that pass already are left as they are written. The text comes back unchanged when it is no file of samples.
 */
export function updateSamples(
  mapping: CompiledMapping,
  text: string,
): { readonly text: string; readonly updated: readonly string[] } {
  const outcome = runSamples(mapping, text);
  const { value } = readYaml('samples.yaml', text);
  const document = parseDocument(text);
  if (outcome.findings.length > 0 || !Array.isArray(value) || !isSeq(document.contents)) return { text, updated: [] };
  const updated: string[] = [];
  for (const [index, { name, failures }] of outcome.results.entries()) {
    const sample = document.contents.items[index];
    if (failures.length === 0 || !isMap(sample)) continue;
    const { row, environment, native } = value[index] as unknown as MadeSample & {
      environment?: Partial<MapEnvironment>;
    };
    const now = expectationsOf(mapping, row, { ...sampleEnvironment, ...environment }, native !== undefined);
    for (const key of ['canonical', 'native', 'refused'] as const) {
      if (now[key] === undefined) sample.delete(key);
      else document.setIn([index, key], document.createNode(now[key]));
    }
    updated.push(name);
  }
  return updated.length === 0 ? { text, updated } : { text: document.toString({ lineWidth: 120 }), updated };
}

/** A file of samples with one more at its end. */
export function addSample(text: string | undefined, sample: MadeSample): string {
  const entry = stringify([sample], { lineWidth: 120 });
  return text === undefined || text.trim() === '' ? entry : `${text.trimEnd()}\n${entry}`;
}

function expectationsOf(
  mapping: CompiledMapping,
  row: JsonObject,
  environment: MapEnvironment,
  withNative: boolean,
): { canonical?: Json; native?: Json; refused?: string } {
  const read = mapping.toCanonical(row, environment);
  if (!read.ok) return { refused: read.issues[0]?.code ?? '' };
  const written = withNative ? mapping.toNative(read.body, environment, () => undefined) : undefined;
  return { canonical: read.body, ...(written?.ok && { native: written.row }) };
}
