import { FailureError } from '@isthmus/connector-kit';
import type { CheckStep, ConnectorContext } from '@isthmus/connector-kit';
import { resultsOf } from './answers.js';
import { kindsWithOwnProperties, missingProperties } from './ensure-properties.js';
import { companyKind, contactKind, objectPath, orderKind, productKind } from './objects.js';
import type { ObjectKind } from './objects.js';

/** Reads one object of each kind, and looks which properties of ours are missing. Changes nothing. */
export async function check(context: ConnectorContext): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  for (const kind of [contactKind, companyKind, productKind, orderKind]) {
    steps.push(await step(`read-${kind.type}`, () => readOne(context, kind)));
  }
  steps.push(await step('own-properties', () => ownProperties(context)));
  return steps;
}

async function readOne(context: ConnectorContext, kind: ObjectKind): Promise<{ en: string; zh: string }> {
  const answer = await context.http.call({
    method: 'GET',
    path: objectPath(context.settings, kind),
    query: { limit: 1 },
  });
  resultsOf(answer.body, `the list of ${kind.type}`);
  return { en: `The app may read ${kind.type}.`, zh: `应用可以读取 ${kind.type}。` };
}

async function ownProperties(context: ConnectorContext): Promise<{ en: string; zh: string }> {
  const missing: string[] = [];
  for (const kind of kindsWithOwnProperties)
    missing.push(...(await missingProperties(context, kind)).map((property) => `${kind.type}.${property.name}`));
  if (missing.length === 0) return { en: 'All properties of the hub exist.', zh: '所需属性均已存在。' };
  return {
    en: `The first write will create these properties (the app needs the schema scopes): ${missing.join(', ')}.`,
    zh: `首次写入时将创建以下属性（应用需要 schema 权限）：${missing.join('、')}。`,
  };
}

async function step(name: string, run: () => Promise<{ en: string; zh: string }>): Promise<CheckStep> {
  try {
    return { step: name, ok: true, message: await run() };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { step: name, ok: false, message: error.failure.message };
  }
}
