import { FailureError, makeFailure } from '@isthmus/connector-kit';

/**
 * A path template with its placeholders (`{id}`, `{recordId}`) filled, each value percent-encoded.
 *
 * @throws FailureError `invalid` for a value that would change the path (empty, `.`, `..`)
 */
export function fillPath(template: string, values: { readonly id?: string; readonly recordId?: string }): string {
  return template.replace(/\{(id|recordId)\}/g, (_whole, name: 'id' | 'recordId') => {
    const value = values[name] ?? '';
    if (value === '' || value === '.' || value === '..') {
      throw new FailureError(
        makeFailure(
          'invalid',
          'rest.bad-id',
          `The id "${value}" cannot stand in a path.`,
          `编号“${value}”不能用于路径。`,
        ),
      );
    }
    return encodeURIComponent(value);
  });
}
