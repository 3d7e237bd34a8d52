import { createHash } from 'node:crypto';

const HAN = [...'安柏晨达恩方光海嘉康乐明宁平清荣思天文欣雅永泽志'];
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PHONE = /^\+?[\d\s().-]{7,}$/;

/**
 * A text of the same shape that tells nothing of the first: letters become letters, digits digits, Chinese characters Chinese
 * characters; signs and blanks stay. The same text and salt always give the same fake. Mail addresses end in example.com, phone numbers
 * keep the digits that say country and kind.
 */
export function fakeText(text: string, salt: string): string {
  const clean = text.trim();
  if (EMAIL.test(clean)) return `${shaped(clean.slice(0, clean.lastIndexOf('@')), salt)}@example.com`;
  return PHONE.test(clean) ? fakePhone(text, salt) : shaped(text, salt);
}

function fakePhone(text: string, salt: string): string {
  const digits = text.replaceAll(/\D/g, '').length;
  const kept = Math.max(0, digits - 6);
  let seen = 0;
  const random = stream(text, salt);
  return text.replaceAll(/\d/g, (digit) => ((seen += 1) <= kept ? digit : String(random() % 10)));
}

function shaped(text: string, salt: string): string {
  const random = stream(text, salt);
  return [...text]
    .map((char) => {
      if (/\p{Script=Han}/u.test(char)) return HAN[random() % HAN.length] as string;
      if (/\d/.test(char)) return String(random() % 10);
      if (/\p{Lu}/u.test(char)) return String.fromCharCode(65 + (random() % 26));
      return /\p{L}/u.test(char) ? String.fromCharCode(97 + (random() % 26)) : char;
    })
    .join('');
}

/** Bytes that follow from the text; nobody finds the text from them without trying all texts. */
function stream(text: string, salt: string): () => number {
  let block = createHash('sha256').update(`${salt}\n${text}`).digest();
  let at = 0;
  return () => {
    if (at >= block.length) [block, at] = [createHash('sha256').update(block).digest(), 0];
    return block[at++] as number;
  };
}
