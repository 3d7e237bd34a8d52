import type { FastifyInstance } from 'fastify';
import { asArray, asObject, asText } from '../wire/json.js';
import type { Crm } from './crm.js';
import { notFound, validationError } from './errors.js';
import { typeOf } from './object-routes.js';
import type { PropertyDefinition } from './properties.js';

interface TypePath {
  Params: { type: string };
}
interface NamePath {
  Params: { type: string; name: string };
}

const TYPES = ['string', 'number', 'date', 'datetime', 'enumeration', 'bool'];

/** Adds the routes of property definitions. */
export function propertyRoutes(scope: FastifyInstance, crm: Crm): void {
  const base = '/crm/v3/properties/:type';

  scope.get<TypePath>(base, (request) => ({
    results: [...crm.schema(typeOf(request.params.type)).values()].map(shape),
  }));

  scope.get<NamePath>(`${base}/:name`, (request) => {
    const definition = crm.schema(typeOf(request.params.type)).get(request.params.name);
    if (definition === undefined) throw notFound(`Property ${request.params.name} does not exist`);
    return shape(definition);
  });

  scope.post<TypePath>(base, { config: { kind: 'write' } }, (request, reply) => {
    const definition = readDefinition(request.body);
    crm.addProperty(typeOf(request.params.type), definition);
    return reply.code(201).send(shape(definition));
  });
}

/** A property definition out of a request. */
export function readDefinition(body: unknown): PropertyDefinition {
  const input = asObject(body);
  const name = asText(input['name']);
  const type = asText(input['type']);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw validationError(`${name} is not a valid property name`);
  if (!TYPES.includes(type)) throw validationError(`${type} is not a property type`);
  if (asText(input['label']) === '') throw validationError('label is missing');
  return {
    name,
    type,
    label: asText(input['label']),
    fieldType: asText(input['fieldType']) || 'text',
    groupName: asText(input['groupName']) || 'information',
    description: asText(input['description']),
    options: asArray(input['options']).map((option, displayOrder) => ({
      label: asText(asObject(option)['label']),
      value: asText(asObject(option)['value']),
      displayOrder,
      hidden: false,
    })),
    hasUniqueValue: input['hasUniqueValue'] === true,
    hubspotDefined: false,
    readOnly: false,
  };
}

function shape({ readOnly, ...definition }: PropertyDefinition) {
  return {
    ...definition,
    calculated: false,
    externalOptions: false,
    hidden: false,
    formField: !readOnly,
    displayOrder: -1,
    archived: false,
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyValue: readOnly,
    },
  };
}
