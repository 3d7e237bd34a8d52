import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMapping } from '../../load-mapping.js';

const folder = join(__dirname, 'fixtures');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const nativeSchema = JSON.parse(text('native-schema.json')) as { readonly [keyword: string]: unknown };
const base = { file: 'base.yaml', id: 'crm/customers', text: text('base.yaml') };
const names = readdirSync(folder).filter((name) => /^\d\d-.*\.yaml$/.test(name));

/** What the checker prints of a document: place, code, words, what to write instead. */
function printed(name: string): string {
  const { compiled, findings } = loadMapping({ file: name, id: 'crm/customers', text: text(name), nativeSchema, base });
  const lines = findings.map(
    ({ file, line, column, severity, code, message, suggestion }) =>
      `${file}:${line}:${column} ${severity} ${code}: ${message.en}${suggestion === undefined ? '' : ` → ${suggestion}`}`,
  );
  return [...lines, compiled ? 'usable\n' : 'refused\n'].join('\n');
}

describe('broken documents', () => {
  it('every finding has its place, its code, words in both languages and, where it can be guessed, what was meant', () => {
    const all = names.map(printed).join('\n');
    // WRITE_DOCS=1 writes what the checker says now; the difference is then looked at like any other.
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(join(folder, 'findings.txt'), all);
    expect(all).toBe(text('findings.txt'));
  });

  it('there are ten of them at least, and each says something', () => {
    expect(names.length).toBeGreaterThanOrEqual(10);
    for (const name of names) expect(printed(name).split('\n').length).toBeGreaterThan(2);
  });
});
