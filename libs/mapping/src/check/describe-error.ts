import type { ErrorObject } from 'ajv';
import type { Wording } from '../contract.js';
import { say } from '../document/finding-factory.js';
import { suggest } from './suggest.js';

/** A schema error in words. */
export interface Described {
  /** JSON Pointer of the offending value. */
  readonly pointer: string;
  readonly code: string;
  readonly message: Wording;
  readonly suggestion: string | undefined;
}

const MAX_ERRORS = 300;

/** Words for the errors that say something: of alternatives that all failed only the deepest ones count. */
export function describeErrors(all: readonly ErrorObject[]): Described[] {
  // Which of them say something is worked out in pairs; nobody reads the rest.
  const errors = all.slice(0, MAX_ERRORS);
  const telling = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf' && keyword !== 'if');
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const worth = telling.filter((error) => {
    const choice = choices.find((path) => error.instancePath === path || error.instancePath.startsWith(`${path}/`));
    if (choice === undefined) return true;
    const deepest = telling.some(
      (other) => other.instancePath.startsWith(`${choice}/`) && error.instancePath === choice,
    );
    return (
      !deepest &&
      !(
        error.keyword === 'type' &&
        telling.some(
          (other) => other !== error && other.keyword !== 'type' && other.instancePath === error.instancePath,
        )
      )
    );
  });
  return worth.map(describe);
}

function describe(error: ErrorObject): Described {
  const { keyword, instancePath: pointer, params } = error;
  const name = String(params['additionalProperty'] ?? params['missingProperty'] ?? params['propertyName'] ?? '');
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return said(
        `${pointer}/${name}`,
        'mapping.unknown-key',
        say(`unknown key "${name}"`, `未知的键“${name}”`),
        suggest(name, known),
      );
    }
    case 'required':
      return said(pointer, 'mapping.missing-key', say(`the key "${name}" is missing`, `缺少键“${name}”`), name);
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const shown = allowed.slice(0, 12).join(', ');
      return said(
        pointer,
        'mapping.bad-value',
        say(`expected one of: ${shown}`, `应为以下之一：${shown}`),
        suggest(String(error.data), allowed),
      );
    }
    case 'const':
      return said(
        pointer,
        'mapping.bad-value',
        say(`expected ${JSON.stringify(params['allowedValue'])}`, `应为 ${JSON.stringify(params['allowedValue'])}`),
        String(params['allowedValue']),
      );
    case 'type':
      return said(
        pointer,
        'mapping.bad-value',
        say(`expected ${String(params['type'])}`, `类型应为 ${String(params['type'])}`),
      );
    default:
      return said(pointer, 'mapping.bad-value', say(error.message ?? 'not valid', `值无效：${error.message ?? ''}`));
  }
}

function said(pointer: string, code: string, message: Wording, suggestion?: string): Described {
  return { pointer, code, message, suggestion };
}

/** `/rules/3/native` → `rules[3].native`. */
export function documentPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}
