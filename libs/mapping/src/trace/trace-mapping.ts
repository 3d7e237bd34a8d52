import type { JsonObject } from '@isthmus/json';
import { compileMapping } from '../compile/compile-mapping.js';
import type {
  LoadMappingInput,
  MapEnvironment,
  MappingFinding,
  ResolveReference,
  ToCanonical,
  ToNative,
} from '../contract.js';
import { readMapping } from '../load-mapping.js';
import type { RuleTrace } from './rule-trace.js';
import { RuleWatch } from './watch-rules.js';

/** A record on its way, with what each rule did, in the order in which they ran. */
export interface Traced<Result> {
  readonly result: Result;
  readonly rules: readonly RuleTrace[];
}

/** A mapping that tells what each of its rules does. For people who look at one record: it is slower than the compiled one. */
export interface TracedMapping {
  readonly id: string;
  readonly stream: string;
  readonly entity: string;
  toCanonical(row: JsonObject, environment: MapEnvironment): Traced<ToCanonical>;
  toNative(body: JsonObject, environment: MapEnvironment, resolve?: ResolveReference): Traced<ToNative>;
}

/** Loads a mapping for traces. `mapping` is absent when the document has errors; then the findings say which. */
export function traceMapping(input: LoadMappingInput): {
  readonly findings: readonly MappingFinding[];
  readonly mapping?: TracedMapping;
} {
  const { findings, sound } = readMapping(input);
  if (!sound) return { findings: findings.all() };
  const watch = new RuleWatch(findings.placeOf);
  const compiled = compileMapping(input.id, input.text, sound.document, sound.site, watch.watch);
  const { id, stream, entity } = compiled;
  const mapping: TracedMapping = {
    id,
    stream,
    entity,
    toCanonical: (row, environment) => ({ result: compiled.toCanonical(row, environment), rules: watch.take() }),
    toNative: (body, environment, resolve = () => undefined) => ({
      result: compiled.toNative(body, environment, resolve),
      rules: watch.take(),
    }),
  };
  return { findings: findings.all(), mapping };
}
