const GTIN = /^(?:\d{8}|\d{12,14})$/;

function checkDigit(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const fromRight = body.length - index;
    sum += Number(body.charAt(index)) * (fromRight % 2 === 1 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/** True for 8, 12, 13 or 14 digits with a right GS1 check digit. */
export function isGtin(text: string): boolean {
  return GTIN.test(text) && checkDigit(text.slice(0, -1)) === Number(text.at(-1));
}

/** The 14-digit form in which GTINs of any length compare; undefined when it is no GTIN. */
export function gtin14(text: string): string | undefined {
  return isGtin(text) ? text.padStart(14, '0') : undefined;
}

/**
 * True for numbers that each shop gives out itself (GS1 restricted circulation: EAN-13 prefixes 20–29, 02 and 04, GTIN-8 from 0 and 2):
 * they identify nothing outside it.
 */
export function isInStoreGtin(text: string): boolean {
  return text.length === 8 ? /^[02]/.test(text) && isGtin(text) : /^0(?:2|02|04)/.test(gtin14(text) ?? '');
}
