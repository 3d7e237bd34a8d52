/** Reference to a record of the hub: UUID v7. */
export interface RecordRef {
  readonly id: string;
}

/** Reference before it is resolved: the id of a row of a stream of the same connection. */
export interface NativeRef {
  readonly native: { readonly stream: string; readonly id: string };
}

/** A reference in a body: resolved, or still in native form. */
export type Ref = RecordRef | NativeRef;

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** True for `{ "id": "…" }`. */
export function isRecordRef(value: unknown): value is RecordRef {
  return isObject(value) && typeof value['id'] === 'string';
}

/** True for `{ "native": { "stream": "…", "id": "…" } }`. */
export function isNativeRef(value: unknown): value is NativeRef {
  if (!isObject(value)) return false;
  const native = value['native'];
  return isObject(native) && typeof native['stream'] === 'string' && typeof native['id'] === 'string';
}
