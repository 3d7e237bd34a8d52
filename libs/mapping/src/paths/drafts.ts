import type { Json, JsonObject } from '@isthmus/json';
import type { PathSegment } from './parse-path.js';

interface Draft {
  readonly list: Json[];
  readonly segment: PathSegment;
  readonly item: JsonObject;
  readonly listKey: readonly string[];
  real: boolean;
}

/**
 * List items that selectors of one mapping run have made. An item lives only when some rule wrote a real value into it:
 * a customer without a mobile number has no mobile contact point, whatever constants the rules add to one.
 */
export class Drafts {
  private drafts: Draft[] | undefined;

  /** The item for this selector in this list, made on first use with the selector's own fields. */
  item(list: Json[], segment: PathSegment & { kind: 'select' }, listKey: readonly string[], real: boolean): JsonObject {
    this.drafts ??= [];
    for (const draft of this.drafts) {
      if (draft.list === list && sameSelector(draft.segment, segment)) {
        draft.real ||= real;
        return draft.item;
      }
    }
    const item: JsonObject = {};
    for (const { key, value } of segment.where) item[key] = value;
    list.push(item);
    this.drafts.push({ list, segment, item, listKey, real });
    return item;
  }

  /** Takes out items without a real value, and items whose key an earlier one has. */
  settle(): void {
    if (!this.drafts) return;
    for (const draft of this.drafts) {
      if (!draft.real || hasEarlierTwin(draft)) draft.list.splice(draft.list.indexOf(draft.item), 1);
    }
    this.drafts = undefined;
  }
}

function sameSelector(a: PathSegment, b: PathSegment): boolean {
  if (a === b) return true;
  if (a.kind !== 'select' || b.kind !== 'select' || a.nth !== b.nth || a.where.length !== b.where.length) return false;
  return a.where.every(({ key, value }) => b.where.some((other) => other.key === key && other.value === value));
}

function hasEarlierTwin({ list, item, listKey }: Draft): boolean {
  if (listKey.length === 0) return false;
  for (const other of list) {
    if (other === item) return false;
    if (
      typeof other === 'object' &&
      other !== null &&
      !Array.isArray(other) &&
      listKey.every((key) => other[key] === item[key])
    )
      return true;
  }
  return false;
}
