import { entityDefinition, fieldsOf, hubConnectionId, isEntityName } from '@isthmus/canonical';
import type { JsonSchema } from '@isthmus/canonical';
import type { FieldPolicy } from '@isthmus/ledger';
import { closestWord } from '@isthmus/platform';
import type { ConfiguredFlow } from './complete-flow.js';

/** Something wrong in the policies of a flow, with its place below the flow. */
export interface PolicyFault {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/** Checks the policies of a flow against its entity and its members. */
export function policyFaults(flow: ConfiguredFlow): PolicyFault[] {
  const { default: otherwise, fields, ranking } = flow.policy;
  const known = fieldSchemas(flow.entity);
  return [
    ...rankingFaults(flow, ranking, ['policy', 'ranking']),
    ...policyFaultsAt(flow, otherwise, 'default', ['policy', 'default']),
    ...kindFaults(otherwise, undefined, 'default', ['policy', 'default']),
    ...Object.entries(fields).flatMap(([field, policy]) => {
      const path = ['policy', 'fields', field];
      const place = policyFaultsAt(flow, policy, field, path);
      if (!known || field.startsWith('extensions.')) return place;
      const schema = known.get(field);
      return [
        ...place,
        ...(schema ? kindFaults(policy, schema, field, path) : [unknownField(flow, known, field, path)]),
      ];
    }),
  ];
}

/** Fields of an entity by their path; a path inside a list leaves the items out. Undefined = there is no such entity. */
function fieldSchemas(entity: string): ReadonlyMap<string, JsonSchema> | undefined {
  if (!isEntityName(entity)) return undefined;
  const fields = fieldsOf(entityDefinition(entity).schema);
  return new Map(
    fields.flatMap(({ pointer, schema }) => {
      const names = pointer.split('/').slice(1);
      return names.at(-1) === '*' ? [] : [[names.filter((name) => name !== '*').join('.'), schema] as const];
    }),
  );
}

function unknownField(
  flow: ConfiguredFlow,
  known: ReadonlyMap<string, JsonSchema>,
  field: string,
  path: PolicyFault['path'],
): PolicyFault {
  const near = closestWord(field, [...known.keys()]);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return { path, code: 'config.unknown-field', message: `${flow.entity} has no field ${field}.${hint}` };
}

function policyFaultsAt(
  flow: ConfiguredFlow,
  policy: FieldPolicy,
  field: string,
  path: PolicyFault['path'],
): PolicyFault[] {
  const faults: PolicyFault[] = [...rankingFaults(flow, policy.ranking, [...path, 'ranking'])];
  if (policy.resolve === 'owner' && policy.owner === undefined)
    faults.push({ path, code: 'config.no-owner', message: `The policy of ${field} says owner but names none.` });
  if (policy.owner !== undefined && !isMember(flow, policy.owner))
    faults.push({ path, code: 'config.unknown-owner', message: `The owner ${policy.owner} is no member of the flow.` });
  return faults;
}

function rankingFaults(
  flow: ConfiguredFlow,
  ranking: readonly string[] | undefined,
  path: PolicyFault['path'],
): PolicyFault[] {
  return (ranking ?? []).flatMap((connection, index) =>
    connection === hubConnectionId || isMember(flow, connection)
      ? []
      : [
          {
            path: [...path, index],
            code: 'config.unknown-ranked',
            message: `${connection} stands in a ranking and is no member of the flow.`,
          },
        ],
  );
}

function isMember(flow: ConfiguredFlow, connection: string): boolean {
  return flow.members.some((member) => member.connection === connection);
}

const ORDERED_TYPES: ReadonlySet<unknown> = new Set(['integer', 'number']);

/** Sets can be joined, amounts and times compared, and nothing else. A default covers fields of every kind. */
function kindFaults(
  { resolve }: FieldPolicy,
  schema: JsonSchema | undefined,
  field: string,
  path: PolicyFault['path'],
): PolicyFault[] {
  const what = schema ? `${field} is none` : 'a default covers other fields too';
  if (resolve === 'union' && schema?.type !== 'array')
    return [{ path, code: 'config.policy-not-list', message: `Only lists can be joined (union); ${what}.` }];
  const isOrdered = schema && (ORDERED_TYPES.has(schema.type) || schema['x-type'] !== undefined);
  if ((resolve === 'maximum' || resolve === 'minimum') && !isOrdered)
    return [
      {
        path,
        code: 'config.policy-not-ordered',
        message: `Only numbers, amounts, dates and times have a ${resolve}; ${what}.`,
      },
    ];
  return [];
}
