import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiErrors } from './api-errors.js';
import { hubErrors } from './hub-errors.js';
import { errorPageHtml, errorsMarkdown } from './render-errors.js';

const PAGE = join(process.cwd(), 'docs', 'errors.md');

describe('the list of errors', () => {
  it('is what docs/errors.md says (write it anew with WRITE_DOCS=1)', () => {
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(PAGE, errorsMarkdown());
    expect(readFileSync(PAGE, 'utf8')).toBe(errorsMarkdown());
  });

  it('names every code once, in both languages, with a next step', () => {
    const codes = [...Object.keys(apiErrors), ...hubErrors.map(({ code }) => code)];
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    for (const { means, next } of hubErrors)
      for (const text of [means.en, means.zh, next.en, next.zh]) expect(text).not.toBe('');
  });

  it('gives every code an anchor that problem answers can point at', () => {
    const page = errorPageHtml();
    for (const code of [...Object.keys(apiErrors), ...hubErrors.map((error) => error.code)])
      expect(page).toContain(`id="${code}"`);
  });
});
