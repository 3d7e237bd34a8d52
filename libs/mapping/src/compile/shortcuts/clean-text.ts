/**
 * True for a text that needs no cleaning: printable ASCII, Chinese characters and Chinese punctuation, with single blanks between them.
 * None of these has another normal form, so one look at each character says what several passes over the text would.
 */
export function isCleanText(text: string): boolean {
  let afterBlank = true;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x20) {
      if (afterBlank) return false;
      afterBlank = true;
    } else {
      if (!isPrintable(unit)) return false;
      afterBlank = false;
    }
  }
  return !afterBlank;
}

/** ASCII signs, Chinese characters, `、。` and the brackets after them. Full-width forms stay out: codes make them half-width. */
function isPrintable(unit: number): boolean {
  if (unit < 0x7f) return unit > 0x20;
  return (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3001 && unit <= 0x3011);
}

/** True for a code that is in its normal form already: printable ASCII without small letters and blanks. */
export function isPlainCode(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x20 || unit >= 0x7f || (unit >= 0x61 && unit <= 0x7a)) return false;
  }
  return text !== '';
}
