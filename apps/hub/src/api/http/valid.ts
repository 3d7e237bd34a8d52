import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import { components } from '@isthmus/api-contract';
import type { ComponentName, Schema } from '@isthmus/api-contract';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyRequest } from 'fastify';
import { notFound, ProblemError } from './problem-error.js';
import type { ProblemPlace } from './problem-error.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const formats = { uuid: UUID, 'date-time': (text: string) => INSTANT.test(text) && !Number.isNaN(Date.parse(text)) };
const common = { strict: true, allowUnionTypes: true, allErrors: true, formats } as const;
const forBodies = new Ajv2020(common);
const forQueries = new Ajv2020({ ...common, coerceTypes: true, useDefaults: true });

/** Controller parameter: the query, checked strictly and with defaults filled in. Also describes it. */
export function ValidQuery(schema: Schema): ParameterDecorator {
  const validate = forQueries.compile(schema);
  const names = Object.keys(schema['properties'] as object);
  const read = (_: unknown, context: ExecutionContext): unknown => {
    const query = { ...(context.switchToHttp().getRequest<FastifyRequest>().query as object) };
    refuseBrokenText(query);
    if (validate(query)) return query;
    throw refusal(validate, (path) => `?${path.slice(1)}`, names);
  };
  return describing(createParamDecorator(read)(), (target, key, method) => {
    for (const [name, property] of Object.entries(schema['properties'] as Record<string, Schema>)) {
      const { description, ...rest } = property;
      ApiQuery({ name, required: false, schema: rest, ...(typeof description === 'string' && { description }) })(
        target,
        key,
        method,
      );
    }
  });
}

/** Controller parameter: the body, checked strictly. `optional` = the request may come without one. Also describes it. */
export function ValidBody(name: ComponentName, options: { readonly optional?: boolean } = {}): ParameterDecorator {
  const validate = forBodies.compile(components[name]);
  const read = (_: unknown, context: ExecutionContext): unknown => {
    const body = context.switchToHttp().getRequest<FastifyRequest>().body ?? (options.optional ? {} : undefined);
    if (body === undefined) throw new ProblemError('request.body-missing');
    if (validate(body)) return body;
    throw refusal(validate, (path) => path, []);
  };
  return describing(createParamDecorator(read)(), (target, key, method) =>
    ApiBody({ schema: { $ref: `#/components/schemas/${name}` }, required: !options.optional })(target, key, method),
  );
}

/** What PostgreSQL cannot store is no search text either. */
function refuseBrokenText(query: object): void {
  const broken = Object.entries(query).flatMap(([name, value]: [string, unknown]) => {
    const texts: unknown[] = [name, ...(Array.isArray(value) ? (value as unknown[]) : [value])];
    return texts.some((text) => typeof text === 'string' && (text.includes('\u0000') || !text.isWellFormed()))
      ? [name]
      : [];
  });
  if (broken.length === 0) return;
  const message = 'contains the NUL character or half a character';
  throw new ProblemError('request.invalid', {
    errors: broken.map((name) => ({ pointer: `?${name}`, code: 'schema.text', message })),
  });
}

type PathKind = 'uuid' | 'number' | 'text';

/** Controller parameter: a part of the path. What cannot be an id is not found. */
export function PathId(name: string, kind: PathKind = 'text'): ParameterDecorator {
  const read = (_: unknown, context: ExecutionContext): string => {
    const { [name]: value = '' } = context
      .switchToHttp()
      .getRequest<FastifyRequest<{ Params: Record<string, string> }>>().params;
    if (fits(value, kind)) return kind === 'uuid' ? value.toLowerCase() : value;
    throw notFound();
  };
  return describing(createParamDecorator(read)(), (target, key, method) =>
    ApiParam({ name, schema: kind === 'uuid' ? { type: 'string', format: 'uuid' } : { type: 'string' } })(
      target,
      key,
      method,
    ),
  );
}

function fits(value: string, kind: PathKind): boolean {
  if (kind === 'uuid') return UUID.test(value);
  if (kind === 'number') return /^\d{1,18}$/.test(value);
  return value.length > 0 && value.length <= 128 && !value.includes('\u0000');
}

type Describe = (target: object, key: string, method: PropertyDescriptor) => void;

/** A parameter decorator that also adds to the description of its method. */
function describing(parameter: ParameterDecorator, describe: Describe): ParameterDecorator {
  return (target, key, index) => {
    parameter(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (method) describe(target, String(key), method);
  };
}

function refusal(
  validate: ValidateFunction,
  pointerOf: (path: string) => string,
  names: readonly string[],
): ProblemError {
  const found = (validate.errors ?? []).filter((error) => error.keyword !== 'if').slice(0, 20);
  const unknown = names.length > 0 && found.every((error) => error.keyword === 'additionalProperties');
  return new ProblemError(unknown ? 'request.unknown-parameter' : 'request.invalid', {
    errors: found.map((error) => placeOf(error, pointerOf, names)),
  });
}

function placeOf(error: ErrorObject, pointerOf: (path: string) => string, names: readonly string[]): ProblemPlace {
  const { additionalProperty, missingProperty } = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
  };
  const property = additionalProperty ?? missingProperty;
  const path = property === undefined ? error.instancePath : `${error.instancePath}/${property}`;
  const among = additionalProperty !== undefined && names.length > 0 ? `; known are ${names.join(', ')}` : '';
  const allowed = (error.params as { allowedValues?: readonly unknown[] }).allowedValues;
  const values = allowed ? `: ${allowed.join(', ')}` : '';
  return {
    pointer: pointerOf(path),
    code: `schema.${error.keyword}`,
    message: `${error.message ?? 'not valid'}${values}${among}`,
  };
}
