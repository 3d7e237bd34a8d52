import type { ConnectorContext, Row } from '@isthmus/connector-kit';
import { chunks, resultsOf } from './answers.js';
import { BATCH_SIZE, batchRead } from './batch.js';
import { idOf, objectPath, productKind, propertiesOf, propertyText } from './objects.js';

/**
 * The products of line items: by the product id of the line, else by its SKU when exactly one product has it. People enter lines
 * by hand, without the tax rate and unit that the product knows.
 */
export async function productsOfLines(
  context: ConnectorContext,
  lines: readonly Row[],
): Promise<(line: Row) => Row | undefined> {
  const ids = lines.flatMap((line) => propertyText(line, 'hs_product_id') ?? []);
  const skus = lines
    .filter((line) => propertyText(line, 'hs_product_id') === undefined)
    .flatMap((line) => propertyText(line, 'hs_sku') ?? []);
  const byId = ids.length === 0 ? new Map<string, Row>() : await batchRead(context, productKind, ids);
  const bySku = await productsBySku(context, [...new Set(skus)]);
  return (line) => {
    const id = propertyText(line, 'hs_product_id');
    if (id !== undefined) return byId.get(id);
    const candidates = bySku.get(propertyText(line, 'hs_sku') ?? '') ?? [];
    return candidates.length === 1 ? candidates[0] : undefined;
  };
}

async function productsBySku(
  context: ConnectorContext,
  skus: readonly string[],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const found = new Map<string, Row[]>();
  for (const part of chunks(skus, BATCH_SIZE)) {
    const answer = await context.http.call({
      method: 'POST',
      path: objectPath(context.settings, productKind, '/search'),
      idempotent: true,
      cost: 2,
      json: {
        filterGroups: [{ filters: [{ propertyName: 'hs_sku', operator: 'IN', values: [...part] }] }],
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
        properties: [...propertiesOf(productKind, context.settings)],
        limit: 200,
        after: '0',
      },
    });
    for (const row of resultsOf(answer.body, 'the search of products')) {
      const sku = propertyText(row, 'hs_sku') ?? '';
      if (idOf(row) !== '') found.set(sku, [...(found.get(sku) ?? []), row]);
    }
  }
  return found;
}
