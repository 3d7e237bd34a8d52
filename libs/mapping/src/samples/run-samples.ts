import type { Json, JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment, MapIssue, MappingFinding } from '../contract.js';
import { errorsOf } from '../check/validator.js';
import { describeErrors, documentPath } from '../check/describe-error.js';
import { readYaml } from '../document/read-yaml.js';
import { checkRoundTrip } from '../laws/check-round-trip.js';
import { diffJson, type JsonDifference } from './diff-json.js';

/** What is wrong with one sample. */
export type SampleFailure =
  | { readonly kind: 'refused'; readonly direction: 'toCanonical' | 'toNative'; readonly issues: readonly MapIssue[] }
  | {
      readonly kind: 'differs';
      readonly direction: 'toCanonical' | 'toNative';
      readonly differences: readonly JsonDifference[];
    }
  /** The sample expects this issue code and it did not come. */
  | { readonly kind: 'not-refused'; readonly expected: string }
  | {
      readonly kind: 'round-trip';
      readonly law: string;
      readonly differences: readonly JsonDifference[];
      readonly issues: readonly MapIssue[];
    };

/** Outcome of one sample; no failures = passed. */
export interface SampleResult {
  readonly name: string;
  readonly failures: readonly SampleFailure[];
}

/** Outcome of a file of samples; `findings` when the file itself cannot be used. */
export interface SamplesOutcome {
  readonly ok: boolean;
  readonly findings: readonly MappingFinding[];
  readonly results: readonly SampleResult[];
}

interface Sample {
  readonly name: string;
  readonly row: JsonObject;
  readonly canonical?: JsonObject;
  readonly native?: JsonObject;
  readonly refused?: string;
  readonly environment?: Partial<MapEnvironment>;
}

const lookups = { type: 'object', additionalProperties: { type: 'object', additionalProperties: { type: 'string' } } };

const samplesSchema = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['name', 'row'],
    additionalProperties: false,
    anyOf: [{ required: ['canonical'] }, { required: ['refused'] }],
    properties: {
      name: { type: 'string', minLength: 1 },
      row: { type: 'object' },
      canonical: { type: 'object' },
      native: { type: 'object' },
      refused: { type: 'string' },
      environment: {
        type: 'object',
        additionalProperties: false,
        properties: {
          timeZone: { type: 'string' },
          currency: { type: 'string' },
          country: { type: 'string' },
          lookups,
        },
      },
    },
  },
};

/** The environment of samples that name none. */
export const sampleEnvironment: MapEnvironment = {
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  country: 'CN',
  lookups: {},
};

/**
 * Runs the samples of a mapping (`<stream>.samples.yaml`: a list of name, row and canonical, with native or refused where wanted).
 * Every row is mapped and compared, written back and compared with `native` where it is given, and must survive the round trip.
 */
export function runSamples(mapping: CompiledMapping, samplesText: string, file = 'samples.yaml'): SamplesOutcome {
  const { value, findings } = readYaml(file, samplesText);
  if (value === undefined) return { ok: false, findings: findings.all(), results: [] };
  for (const { pointer, ...said } of describeErrors(errorsOf(samplesSchema, value)))
    findings.add({ ...said, path: documentPath(pointer) });
  if (findings.hasErrors) return { ok: false, findings: findings.all(), results: [] };
  // Valid against the schema just now.
  const results = (value as unknown as readonly Sample[]).map((sample) => ({
    name: sample.name,
    failures: runSample(mapping, sample),
  }));
  return { ok: results.every(({ failures }) => failures.length === 0), findings: [], results };
}

function runSample(mapping: CompiledMapping, sample: Sample): readonly SampleFailure[] {
  const environment = { ...sampleEnvironment, ...sample.environment };
  const read = mapping.toCanonical(sample.row, environment);
  if (sample.refused !== undefined) {
    const came = !read.ok && read.issues.some(({ code }) => code === sample.refused);
    return came ? [] : [{ kind: 'not-refused', expected: sample.refused }];
  }
  if (!read.ok) return [{ kind: 'refused', direction: 'toCanonical', issues: read.issues }];
  return [
    ...differences('toCanonical', sample.canonical, read.body),
    ...writtenBack(mapping, sample, read.body, environment),
    ...roundTrip(mapping, sample, environment),
  ];
}

function writtenBack(
  mapping: CompiledMapping,
  { native }: Sample,
  body: JsonObject,
  environment: MapEnvironment,
): readonly SampleFailure[] {
  if (native === undefined) return [];
  const written = mapping.toNative(body, environment, () => undefined);
  if (!written.ok) return [{ kind: 'refused', direction: 'toNative', issues: written.issues }];
  return differences('toNative', native, written.row);
}

function differences(
  direction: 'toCanonical' | 'toNative',
  expected: Json | undefined,
  actual: Json,
): readonly SampleFailure[] {
  const found = diffJson(expected, actual);
  return found.length === 0 ? [] : [{ kind: 'differs', direction, differences: found }];
}

function roundTrip(mapping: CompiledMapping, { row }: Sample, environment: MapEnvironment): readonly SampleFailure[] {
  return checkRoundTrip(mapping, row, environment).map(({ law, before, after, issues }) => ({
    kind: 'round-trip',
    law,
    differences: diffJson(before, after),
    issues,
  }));
}
