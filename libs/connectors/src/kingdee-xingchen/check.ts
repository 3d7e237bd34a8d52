import { FailureError } from '@isthmus/connector-kit';
import type { CheckStep, ConnectorContext } from '@isthmus/connector-kit';
import { dataOf } from './answers.js';
import { pathWithQuery } from './signing.js';

const lists: readonly (readonly [string, string, string, string])[] = [
  ['customers', '/jdy/v2/bd/customer', 'customers', '客户'],
  ['materials', '/jdy/v2/bd/material', 'products', '商品'],
  ['warehouses', '/jdy/v2/bd/store', 'warehouses', '仓库'],
  ['salesOrders', '/jdy/v2/scm/sal_order', 'sales orders', '销售订单'],
  ['stockLevels', '/jdy/v2/scm/inventory', 'stock', '库存'],
];

/** Signs in and reads one row of each list. Changes nothing. */
export async function check(context: ConnectorContext): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = [];
  for (const [stream, path, en, zh] of lists) {
    try {
      const answer = await context.http.call({
        method: 'GET',
        path: pathWithQuery(path, { page: 1, page_size: 1 }),
        template: path,
      });
      dataOf(answer.body, path);
      steps.push({
        step: `read-${stream}`,
        ok: true,
        message: { en: `The application may read ${en}.`, zh: `应用可以读取${zh}。` },
      });
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      steps.push({ step: `read-${stream}`, ok: false, message: error.failure.message });
      // The other lists would say the same, and the token end point bears two calls a minute.
      if (error.failure.kind === 'auth') break;
    }
  }
  return steps;
}
