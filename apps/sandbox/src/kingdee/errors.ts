/** Codes that integrators have seen. */
export const APP_KEY_INVALID = 1030002006;
export const TOKEN_EXPIRED = 1000202001;
export const SYSTEM_ERROR = 2000002000;

/**
 * Codes for refusals whose real code is not known. The texts say what is wrong; nobody should depend on the figures.
 */
export const SIGNATURE_WRONG = 1000101001;
export const ROUTER_WRONG = 1000101002;
export const TOO_MANY_CALLS = 1000101429;
export const BAD_PARAMETER = 2000001001;
export const NUMBER_TAKEN = 2000001002;
export const WRONG_STATE = 2000001003;
export const SHORT_STOCK = 2000001004;

/** A refusal in Kingdee's envelope. Business refusals come with HTTP 200. */
export class KingdeeError extends Error {
  constructor(
    readonly errcode: number,
    description: string,
    readonly status = 200,
  ) {
    super(description);
  }

  body() {
    return { errcode: this.errcode, description: this.message, description_cn: this.message };
  }
}

/** Base data that a document names does not exist. The wording is the one integrators report. */
export function unknownNumber(value: string, field: string): KingdeeError {
  return new KingdeeError(BAD_PARAMETER, `参数number[${value}]不存在 (${field})`);
}

export function missing(field: string): KingdeeError {
  return new KingdeeError(BAD_PARAMETER, `参数${field}不能为空`);
}
