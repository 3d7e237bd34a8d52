/**
 * Mapping documents: two-way rules between a stream's native rows and canonical bodies, read, checked and compiled.
 * Pure: no clock, no network, no files. See ../README.md.
 */
export type {
  CompiledMapping,
  LoadedMapping,
  LoadMappingInput,
  MappedField,
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
export type { EffectiveDocument } from './layers/effective-document.js';
export { effectiveDocument } from './layers/effective-document.js';
export { editorSchema, layerEditorSchema } from './reference/editor-schema.js';
export { languageReference } from './reference/language-reference.js';
export type { RoundTripProblem } from './laws/check-round-trip.js';
export { checkRoundTrip } from './laws/check-round-trip.js';
export type { SampleFailure, SampleResult, SamplesOutcome } from './samples/run-samples.js';
export { runSamples, sampleEnvironment } from './samples/run-samples.js';
export type { MadeSample, SampleOutcome } from './samples/make-sample.js';
export { makeSample } from './samples/make-sample.js';
export { addSample, updateSamples } from './samples/update-samples.js';
export type {
  DeclaredLoss,
  Law,
  LawBreak,
  LawOptions,
  LawOutcome,
  LawReport,
  RuleExercise,
} from './laws/check-laws.js';
export { checkLaws } from './laws/check-laws.js';
export type { RuleOutcome, RuleTrace, SkipReason } from './trace/rule-trace.js';
export type { Traced, TracedMapping } from './trace/trace-mapping.js';
export { traceMapping } from './trace/trace-mapping.js';
export type { SuggestedRule, SuggestionFor, SuggestOptions } from './suggest/suggest-rules.js';
export { suggestRules } from './suggest/suggest-rules.js';
export type {
  CanonicalCoverage,
  CoverageReport,
  CoverageTotals,
  CoverageWay,
  NativeCoverage,
} from './coverage/coverage-report.js';
export { coverageReport } from './coverage/coverage-report.js';
