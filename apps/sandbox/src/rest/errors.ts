/** A refusal of the plain JSON API: `{ error: { code, message, field?, id? } }`. */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: { field?: string; id?: string } = {},
  ) {
    super(message);
  }

  body() {
    return { error: { code: this.code, message: this.message, ...this.more } };
  }
}
