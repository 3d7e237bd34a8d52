import { FailureError } from '@isthmus/connector-kit';
import type { ConnectorContext } from '@isthmus/connector-kit';
import { resultsOf } from './answers.js';
import { companyKind, contactKind, lineItemKind, orderKind, productKind } from './objects.js';
import type { ObjectKind, OwnProperty } from './objects.js';
import { stockProperties, textSetting } from './settings.js';

const groups: { readonly [type: string]: string } = {
  contacts: 'contactinformation',
  companies: 'companyinformation',
  products: 'productinformation',
  orders: 'order_information',
  line_items: 'lineiteminformation',
};
const DAY_MS = 86_400_000;

/** Kinds of objects that carry properties of ours. */
export const kindsWithOwnProperties: readonly ObjectKind[] = [
  contactKind,
  companyKind,
  productKind,
  orderKind,
  lineItemKind,
];

/**
 * Creates the properties that recognise our own creates (unique) and those that carry ERP facts, where they are missing.
 * Done once a day and connection: the shared token store remembers it, so parallel writers wait for one of them.
 * Creating a property that exists has no effect.
 *
 * @throws FailureError, for example `auth` when the app lacks the schema scopes
 */
export async function ensureProperties(context: ConnectorContext, kind: ObjectKind): Promise<void> {
  const name = `properties-of-${kind.type}`;
  const wanted = ownProperties(context, kind);
  const version = wanted.map((property) => property.name).join(',');
  const known = await context.tokens.get(name);
  if (known?.value === version) return;
  await context.tokens.refresh(name, known?.value, async () => {
    await createMissing(context, kind, wanted);
    return { value: version, expiresAt: new Date(context.clock.now().getTime() + DAY_MS).toISOString() };
  });
}

/** Properties of ours that this HubSpot account does not have yet. */
export async function missingProperties(context: ConnectorContext, kind: ObjectKind): Promise<readonly OwnProperty[]> {
  const answer = await context.http.call({ method: 'GET', path: propertiesPath(context, kind) });
  const existing = new Set(
    resultsOf(answer.body, `the properties of ${kind.type}`).map((property) => property['name']),
  );
  return ownProperties(context, kind).filter((property) => !existing.has(property.name));
}

async function createMissing(
  context: ConnectorContext,
  kind: ObjectKind,
  wanted: readonly OwnProperty[],
): Promise<void> {
  const missing = new Set((await missingProperties(context, kind)).map((property) => property.name));
  for (const property of wanted.filter((candidate) => missing.has(candidate.name)))
    await create(context, kind, property);
}

async function create(context: ConnectorContext, kind: ObjectKind, property: OwnProperty): Promise<void> {
  try {
    await context.http.call({
      method: 'POST',
      path: propertiesPath(context, kind),
      idempotent: true,
      json: {
        name: property.name,
        label: property.label,
        type: property.type,
        fieldType: property.type === 'string' ? 'text' : property.type === 'number' ? 'number' : 'date',
        groupName: groups[kind.type] ?? `${kind.type}information`,
        hasUniqueValue: property.unique === true,
        formField: false,
      },
    });
  } catch (error) {
    // Somebody else created it between our look and our call.
    if (error instanceof FailureError && error.failure.code === 'hubspot.already-exists') return;
    throw error;
  }
}

function ownProperties(context: ConnectorContext, kind: ObjectKind): readonly OwnProperty[] {
  if (kind !== productKind) return kind.own;
  const stock = [...stockProperties(context.settings)].map(([location, name]): OwnProperty => ({
    name,
    label: `Stock ${location}`,
    type: 'number',
  }));
  return [...kind.own, ...stock];
}

function propertiesPath(context: ConnectorContext, kind: ObjectKind): string {
  return `${textSetting(context.settings, 'propertiesPath', '/crm/v3/properties')}/${kind.type}`;
}
