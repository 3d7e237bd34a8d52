/**
 * Mapping documents: two-way rules between a stream's native rows and canonical bodies, read, checked and compiled.
 * Pure: no clock, no network, no files. See ../README.md.
 */
export type {
  CompiledMapping,
  LoadedMapping,
  LoadMappingInput,
  MapEnvironment,
  MapIssue,
  MappingFinding,
  NativeRef,
  ResolveReference,
  ToCanonical,
  ToNative,
  Wording,
} from './contract.js';
export { loadMapping } from './load-mapping.js';
export { editorSchema } from './reference/editor-schema.js';
export { languageReference } from './reference/language-reference.js';
export type { RoundTripProblem } from './laws/check-round-trip.js';
export { checkRoundTrip } from './laws/check-round-trip.js';
export type { SampleFailure, SampleResult, SamplesOutcome } from './samples/run-samples.js';
export { runSamples } from './samples/run-samples.js';
