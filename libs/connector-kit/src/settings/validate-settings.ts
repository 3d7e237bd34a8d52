import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Connector, Settings } from '../contract.js';
import type { Wording } from '../failure.js';
import type { JsonSchema } from '../json.js';
import { didYouMean } from './did-you-mean.js';

/** One fault in the settings of a connection. Never holds a value, since that may be a secret. */
export interface SettingsProblem {
  /** JSON Pointer of the setting: `/streams/orders/key`. */
  readonly path: string;
  /** Stable dotted code: `settings.` and the schema keyword that was broken. */
  readonly code: string;
  readonly message: Wording;
  /** The name that was probably meant, for a setting that does not exist. */
  readonly suggestion?: string;
}

// A CommonJS default export is the namespace in native ESM and the function inside jest.
type AddFormats = (ajv: Ajv2020) => unknown;
const addFormats = ((addFormatsModule as unknown as { default?: AddFormats }).default ??
  addFormatsModule) as AddFormats;
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/**
 * Checks settings (secrets included) against the connector's schema and lists every fault, in both languages. A schema may bring
 * its own words for a rule: `x-error: { en, zh }` beside the keyword.
 *
 * @returns an empty list when the settings may be used
 */
export function validateSettings<S extends Settings>(
  connector: Pick<Connector<S>, 'settings'>,
  settings: unknown,
): readonly SettingsProblem[] {
  const validate = compileSchema(connector.settings);
  if (validate(settings)) return [];
  return (validate.errors ?? []).filter(({ keyword }) => !SUMMARIES.has(keyword)).map(toProblem);
}

/** Keywords that only repeat what the errors beneath them say. */
const SUMMARIES = new Set(['if', 'anyOf', 'oneOf', 'allOf']);

/**
 * Compiles a JSON Schema 2020-12 in strict mode; `x-…` keywords are allowed (they carry hints for the console).
 *
 * @throws Error when the schema itself is not sound
 */
export function compileSchema(schema: JsonSchema): ValidateFunction {
  let validate = compiled.get(schema);
  if (!validate) {
    const ajv = new Ajv2020({
      allErrors: true,
      verbose: true,
      strict: true,
      strictRequired: false,
      strictTypes: false,
      strictTuples: false,
      logger: false,
    });
    addFormats(ajv);
    for (const name of hintKeywords(schema)) ajv.addKeyword(name);
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate;
}

function hintKeywords(schema: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (schema === null || typeof schema !== 'object') return found;
  for (const [name, value] of Object.entries(schema)) {
    if (/^x-[\w-]+$/.test(name)) found.add(name);
    hintKeywords(value, found);
  }
  return found;
}

function toProblem(error: ErrorObject): SettingsProblem {
  const { keyword, instancePath } = error;
  const params = error.params as { readonly [name: string]: unknown };
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return unknownName(error, params);
  if (keyword === 'required') {
    const name = String(params['missingProperty']);
    return problem(keyword, pointer(instancePath, name), `${name} is missing.`, `缺少 ${name}。`);
  }
  const own = (error.parentSchema as { readonly 'x-error'?: Wording } | undefined)?.['x-error'];
  if (own) return problem(keyword, instancePath, own.en, own.zh);
  const [en, zh] = wordsFor(keyword, params);
  const at = instancePath === '' ? 'The settings' : (instancePath.split('/').at(-1) ?? '');
  return problem(keyword, instancePath, `${at} ${en}.`, `${instancePath === '' ? '设置' : at} ${zh}。`);
}

function unknownName(error: ErrorObject, params: { readonly [name: string]: unknown }): SettingsProblem {
  const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
  const suggestion = didYouMean(name, knownNames(error.parentSchema));
  const base = problem(
    error.keyword,
    pointer(error.instancePath, name),
    `There is no setting ${name}.${suggestion ? ` Did you mean ${suggestion}?` : ''}`,
    `没有名为 ${name} 的设置。${suggestion ? `是否想写 ${suggestion}？` : ''}`,
  );
  return suggestion ? { ...base, suggestion } : base;
}

function knownNames(schema: unknown): readonly string[] {
  const properties = (schema as { readonly properties?: object } | undefined)?.properties;
  return properties ? Object.keys(properties) : [];
}

type Params = { readonly [name: string]: unknown };
type Words = (params: Params) => readonly [en: string, zh: string];

const tooShort: Words = () => ['must not be empty or shorter than allowed', '不能为空或过短'];
const tooLong: Words = () => ['is longer than allowed', '超过允许的长度'];
const outOfRange: Words = ({ comparison, limit }) => [
  `must be ${String(comparison)} ${String(limit)}`,
  `必须 ${String(comparison)} ${String(limit)}`,
];
const WORDS: { readonly [keyword: string]: Words } = {
  type: ({ type }) => [`must be of type ${String(type)}`, `的类型必须是 ${String(type)}`],
  enum: ({ allowedValues }) => {
    const values = (allowedValues as readonly unknown[]).join(', ');
    return [`must be one of: ${values}`, `必须是以下之一：${values}`];
  },
  const: ({ allowedValue }) => [`must be ${String(allowedValue)}`, `必须是 ${String(allowedValue)}`],
  format: ({ format }) => [`must be a valid ${String(format)}`, `不是有效的 ${String(format)}`],
  pattern: ({ pattern }) => [`must match the pattern ${String(pattern)}`, `必须符合格式 ${String(pattern)}`],
  dependentRequired: ({ deps, property }) => [
    `needs ${String(deps)} beside ${String(property)}`,
    `设置 ${String(property)} 时还需设置 ${String(deps)}`,
  ],
  minLength: tooShort,
  minItems: tooShort,
  minProperties: tooShort,
  maxLength: tooLong,
  maxItems: tooLong,
  maxProperties: tooLong,
  minimum: outOfRange,
  maximum: outOfRange,
  exclusiveMinimum: outOfRange,
  exclusiveMaximum: outOfRange,
};

function wordsFor(keyword: string, params: Params): readonly [en: string, zh: string] {
  return WORDS[keyword]?.(params) ?? [`breaks the rule "${keyword}"`, `不符合规则“${keyword}”`];
}

function problem(keyword: string, path: string, en: string, zh: string): SettingsProblem {
  return { path, code: `settings.${keyword}`, message: { en, zh } };
}

function pointer(path: string, name: string): string {
  return `${path}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}
