import type { JsonObject, Row } from '@isthmus/connector-kit';
import { textIn } from './answers.js';

const MARK = /\s*\[#([^\]\s]{1,80})\]\s*$/;

/**
 * Lines of a sales order get ids of Kingdee's own, but the hub's lines must be known again. Our line id stands in a custom line
 * field where the settings name one, else as a mark at the end of the line remark; a line made in Kingdee goes by Kingdee's id.
 */
export function readLine(line: JsonObject, position: number, field: string): Row {
  const custom = field === '' ? '' : textIn(asRow(line['custom_entity_field']), field);
  const comment = textIn(line, 'comment');
  const marked = MARK.exec(comment)?.[1] ?? '';
  return { ...line, lineId: custom || marked || textIn(line, 'id'), position, comment: withoutMark(comment) };
}

/** Puts the line id back where `readLine` finds it. `held` is the line as Kingdee holds it, if it does. */
export function markLine(line: JsonObject, lineId: string, held: Row | undefined, field: string): JsonObject {
  const comment = textIn(line, 'comment');
  const heldId = textIn(held, 'id');
  if (heldId !== '' && heldId === lineId) return { ...line, comment };
  if (field === '') return { ...line, comment: `${comment} [#${lineId}]`.trim() };
  return { ...line, comment, custom_entity_field: { ...asRow(held?.['custom_entity_field']), [field]: lineId } };
}

/** The line remark as people wrote it. */
export function withoutMark(comment: string): string {
  return comment.replace(MARK, '');
}

function asRow(value: unknown): Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Row) : {};
}
