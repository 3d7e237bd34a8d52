import { asText } from '../wire/json.js';

/** A text as it may stand in HTML, in an attribute too. */
export function escapeHtml(text: unknown): string {
  return asText(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A piece of HTML in which every inserted value is escaped, unless it is HTML itself. */
export class Html {
  constructor(readonly text: string) {}
}

/** Template tag: values are escaped, `Html` and lists of it stand as they are. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(parts.map((part, index) => part + (index < values.length ? insert(values[index]) : '')).join(''));
}

function insert(value: unknown): string {
  if (value instanceof Html) return value.text;
  return Array.isArray(value) ? value.map(insert).join('') : escapeHtml(value);
}
