import type { ErrorObject } from 'ajv';
import { finding, type Finding, type Wording } from '../finding.js';
import { joinPointer } from '../pointer.js';
import type { JsonSchema, SchemaTitle } from '../schemas/schema.js';

const MAX_FINDINGS = 50;

/** Keywords that only say that another one failed. */
const SILENT: ReadonlySet<string> = new Set(['if', 'allOf', 'not', 'then', 'else']);

type Describe = (params: { readonly [name: string]: unknown }) => Wording;

const list = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

const words: { readonly [keyword: string]: Describe } = {
  required: () => ({ en: 'is required', zh: '必填' }),
  additionalProperties: () => ({ en: 'is not a field of this entity', zh: '不是该实体的字段' }),
  type: ({ type }) => ({ en: `must be ${String(type)}`, zh: `类型必须是 ${String(type)}` }),
  enum: ({ allowedValues }) => ({
    en: `must be one of: ${list(allowedValues)}`,
    zh: `必须是以下之一：${list(allowedValues)}`,
  }),
  pattern: ({ pattern }) => ({
    en: `does not fit the pattern ${String(pattern)}`,
    zh: `不符合格式 ${String(pattern)}`,
  }),
  format: ({ format }) => ({ en: `is not a valid ${String(format)}`, zh: `不是有效的 ${String(format)}` }),
  minLength: () => ({ en: 'is empty; leave the field out instead', zh: '为空；请省略该字段' }),
  maxLength: ({ limit }) => ({ en: `is longer than ${String(limit)} characters`, zh: `超过 ${String(limit)} 个字符` }),
  minItems: ({ limit }) => ({ en: `needs at least ${String(limit)} items`, zh: `至少需要 ${String(limit)} 项` }),
  minimum: ({ limit }) => ({ en: `is below ${String(limit)}`, zh: `小于 ${String(limit)}` }),
  maximum: ({ limit }) => ({ en: `is above ${String(limit)}`, zh: `大于 ${String(limit)}` }),
};

/** Findings of a failed validation, without those that only repeat another and at most 50. */
export function findingsOfErrors(errors: readonly ErrorObject[]): Finding[] {
  const telling = errors.filter(({ keyword, schemaPath }) => !SILENT.has(keyword) && !schemaPath.includes('/anyOf/'));
  return telling.slice(0, MAX_FINDINGS).map(describe);
}

function describe(error: ErrorObject): Finding {
  const schema = (error.parentSchema ?? {}) as JsonSchema;
  if (error.keyword === 'anyOf') return describeChoice(error, schema);
  const params = error.params as { readonly [name: string]: unknown };
  const { path, title } = placeOf(
    error.instancePath,
    schema,
    params['missingProperty'] ?? params['additionalProperty'],
  );
  const said = words[error.keyword]?.(params) ?? otherRule(error.keyword);
  return finding(`schema.${error.keyword}`, path, { en: `${title.en} ${said.en}.`, zh: `${title.zh}${said.zh}。` });
}

const otherRule = (keyword: string): Wording => ({ en: `breaks the rule ${keyword}`, zh: `违反规则 ${keyword}` });

/** Where the fault is, and what the field is called: `member` is one that is missing or should not be there. */
function placeOf(
  instancePath: string,
  schema: JsonSchema,
  member: unknown,
): { readonly path: string; readonly title: SchemaTitle } {
  const isMember = typeof member === 'string';
  const path = isMember ? joinPointer(instancePath, member) : instancePath;
  const title = isMember ? schema.properties?.[member]?.['x-title'] : schema['x-title'];
  const name = path.slice(path.lastIndexOf('/') + 1) || 'body';
  return { path, title: title ?? { en: name, zh: `${name} ` } };
}

function describeChoice(error: ErrorObject, schema: JsonSchema): Finding {
  const choices = schema['anyOf'];
  const names = Array.isArray(choices) ? choices.flatMap((choice: JsonSchema) => choice.required ?? []) : [];
  return finding('schema.any-of', error.instancePath, {
    en: `One of these fields is required: ${names.join(', ')}.`,
    zh: `以下字段至少填写一个：${names.join('、')}。`,
  });
}
