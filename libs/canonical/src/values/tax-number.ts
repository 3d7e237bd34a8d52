import { cleanCode } from './text.js';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;

/** A tax number as it is compared: half-width, upper case, without blanks, dots and hyphens. */
export function normaliseTaxNumber(text: string): string {
  return cleanCode(text)
    .replace(/[\s.\-–]/g, '')
    .toUpperCase();
}

/**
 * True when the unified social credit code (GB 32100) has 18 allowed characters and the right check character.
 * Real registrations break the check now and then, so a miss is a warning and never a refusal.
 */
export function isUnifiedSocialCreditCode(text: string): boolean {
  if (text.length !== 18) return false;
  let sum = 0;
  for (const [index, weight] of WEIGHTS.entries()) {
    const value = ALPHABET.indexOf(text.charAt(index));
    if (value < 0) return false;
    sum += value * weight;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31) === text.charAt(17);
}
