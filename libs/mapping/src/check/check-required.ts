import { isLeafSchema } from '../document/canonical-kind.js';
import { say, type Findings } from '../document/finding-factory.js';
import type { Schema } from '../document/schema-lookup.js';

/**
 * Warns of required fields that the mapping never fills: another connection may, but this one alone cannot create a record.
 * Fields that the model computes are left out.
 */
export function checkRequired(schema: Schema, filled: readonly string[], findings: Findings): void {
  if (filled.length > 0) walk(schema, '', filled, findings);
}

function walk(schema: Schema, pointer: string, filled: readonly string[], findings: Findings): void {
  const properties = (schema['properties'] ?? {}) as { readonly [name: string]: Schema };
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  for (const [name, child] of Object.entries(properties)) {
    const here = `${pointer}/${name}`;
    const whole = filled.includes(here);
    const parts = filled.some((other) => other.startsWith(`${here}/`));
    if (!whole && !parts && required.has(name) && !isDerived(child)) {
      const field = here.slice(1).replaceAll('/*', '[]').replaceAll('/', '.');
      findings.add({
        code: 'mapping.required-not-filled',
        severity: 'warning',
        path: 'rules',
        message: say(
          `no rule fills the required field ${field}: this stream alone cannot create records`,
          `没有规则填充必填字段 ${field}：仅凭此数据流无法创建记录`,
        ),
        suggestion: `{ canonical: ${field.split('[].').at(-1)}, native: … }`,
      });
    }
    if (parts && !whole && !isLeafSchema(child)) inside(child, here, filled, findings);
    else if (parts && child['items'] !== undefined) inside(child, here, filled, findings);
  }
}

function inside(child: Schema, here: string, filled: readonly string[], findings: Findings): void {
  const items = child['items'] as Schema | undefined;
  if (items) walk(items, `${here}/*`, filled, findings);
  else walk(child, here, filled, findings);
}

/** Computed by the model: marked so, or an object of which every required field is. */
function isDerived(schema: Schema): boolean {
  if (schema['x-derived'] === true) return true;
  const properties = (schema['properties'] ?? {}) as { readonly [name: string]: Schema };
  const required = (schema['required'] ?? []) as readonly string[];
  return (
    required.length > 0 &&
    schema['x-type'] === undefined &&
    required.every((name) => properties[name]?.['x-derived'] === true)
  );
}
