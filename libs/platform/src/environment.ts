import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { closestWord } from './closest-word.js';

/** One environment variable: which setting it fills, what it is for, and which values it takes. */
export interface Variable {
  /** The setting's name in code. */
  readonly setting: string;
  /** What it is for and what a right value looks like; shown when the value is wrong. */
  readonly help: string;
  /** JSON Schema of the value; numbers and booleans are read from the text. `default` fills a variable that is not set. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The value never appears in messages. @default false */
  readonly secret?: boolean;
  /** Whether the start fails without it. @default false */
  readonly required?: boolean;
}

/** The variables of one library. `Settings` is what they amount to when checked; optional ones without default may lack. */
export interface EnvironmentSlice<Settings> {
  readonly variables: Readonly<Record<string, Variable>>;
  /** Present in the type only. */
  readonly settings?: Settings;
}

/** One wrong variable, in words. */
export interface EnvironmentFault {
  readonly variable: string;
  readonly message: string;
}

/** All wrong variables at once, so that nobody has to start again for each. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor(readonly faults: readonly EnvironmentFault[]) {
    super(`The configuration is wrong:\n${faults.map(({ message }) => `  - ${message}`).join('\n')}`);
  }
}

/** The settings of every slice, and what looks like a mistake but does not stop the start. */
export interface CheckedEnvironment<Slices> {
  readonly settings: Slices;
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;
type SlicesOf<T> = { readonly [K in keyof T]: EnvironmentSlice<T[K]> };

const OUR_PREFIX = 'ISTHMUS_';

/**
 * Reads the variables of all slices at once and checks them. An empty variable counts as not set. Throws
 * EnvironmentError with every fault; unknown `ISTHMUS_` variables are warned about, with the name they look like.
 */
export function readEnvironment<T extends Record<string, object>>(
  env: Environment,
  slices: SlicesOf<T>,
): CheckedEnvironment<T> {
  const all = Object.entries(slices) as [string, EnvironmentSlice<object>][];
  const read = all.map(([name, slice]) => [name, readSlice(env, slice)] as const);
  const faults = read.flatMap(([, { faults }]) => faults);
  if (faults.length > 0) throw new EnvironmentError(faults);
  const known = all.flatMap(([, slice]) => Object.keys(slice.variables));
  return {
    settings: Object.fromEntries(read.map(([name, { settings }]) => [name, settings])) as T,
    warnings: unknownVariables(env, known),
  };
}

function readSlice(
  env: Environment,
  { variables }: EnvironmentSlice<object>,
): { settings: Record<string, unknown>; faults: EnvironmentFault[] } {
  const names = Object.keys(variables);
  const values = Object.fromEntries(names.filter((name) => env[name]).map((name) => [name, env[name] as unknown]));
  const check = new Ajv2020({ coerceTypes: true, useDefaults: true, allErrors: true, strict: true }).compile({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, variables[name]?.schema])),
    required: names.filter((name) => variables[name]?.required),
  });
  if (check(values)) return { settings: bySetting(values, variables), faults: [] };
  return { settings: {}, faults: faultsOf(check.errors ?? [], env, variables) };
}

function bySetting(
  values: Record<string, unknown>,
  variables: Readonly<Record<string, Variable>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [variables[name]?.setting ?? name, value]));
}

/** One message for each variable: its help says all that a second one could. */
function faultsOf(
  errors: readonly ErrorObject[],
  env: Environment,
  variables: Readonly<Record<string, Variable>>,
): EnvironmentFault[] {
  const wrong = new Set(errors.map(variableOf));
  return [...wrong].map((name) => {
    const variable = variables[name];
    const value = env[name];
    const what = !value ? 'is not set' : variable?.secret ? 'has a wrong value' : `is ${JSON.stringify(value)}`;
    return { variable: name, message: `${name} ${what}: ${variable?.help ?? ''}` };
  });
}

function variableOf(error: ErrorObject): string {
  const { missingProperty } = error.params as { missingProperty?: string };
  return missingProperty ?? error.instancePath.slice(1);
}

function unknownVariables(env: Environment, known: readonly string[]): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(OUR_PREFIX) && !known.includes(name))
    .map((name) => {
      const meant = closestWord(name, known);
      return `${name} is not a setting of Isthmus and is ignored.${meant ? ` Did you mean ${meant}?` : ''}`;
    });
}
