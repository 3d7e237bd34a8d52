import { createHash } from 'node:crypto';

/** Hash of a row's JSON text: equal texts say nothing new. Two texts of one value may differ; then the mapped values are compared. */
export function rowHash(text: string): string {
  return createHash('sha1').update(text).digest('base64url');
}
