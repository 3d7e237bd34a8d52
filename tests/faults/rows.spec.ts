import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ROOT = process.cwd();
const LATER = new Set(['F39']);
/** A run of its own, not part of the tests. */
const SOAK = 'F50';
const rows = Array.from({ length: 50 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);

/** Files of tests and of the suites that every connector passes. */
function testFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
    return /\.spec\.ts$|-checks\.ts$/.test(entry.name) ? [path] : [];
  });
}

const files = ['apps', 'libs', 'tests'].flatMap(testFiles);
/** Names of tests and of their groups: texts that begin with the numbers of rows. */
const NAMED = /['"`](?:S\d\d )*((?:F\d\d )+)/g;
const named = new Map<string, Set<string>>();
for (const file of files)
  for (const [, found = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(NAMED))
    for (const row of found.trim().split(' ')) named.set(row, (named.get(row) ?? new Set()).add(basename(file)));

describe('the table of faults', () => {
  const lines = readFileSync(join(ROOT, 'docs', 'faults.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| F\d\d /.test(line));

  it('has one line for each fault', () => {
    expect(lines.map((line) => line.slice(2, 5))).toEqual(rows);
  });

  it.each(rows.filter((row) => !LATER.has(row) && row !== SOAK))('names tests that bear the number %s', (row) => {
    const line = lines.find((text) => text.startsWith(`| ${row} `)) ?? '';
    const mentioned = [...line.matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, file = '']) => file);
    const folders = mentioned.map((file) => dirname(file)).filter((folder) => folder !== '.');
    expect(mentioned.length).toBeGreaterThan(0);
    for (const file of mentioned) {
      expect([
        file,
        [file, ...folders.map((folder) => join(folder, file))].some((path) => existsSync(join(ROOT, path))),
      ]).toEqual([file, true]);
      expect([file, named.get(row)?.has(basename(file)) ?? false]).toEqual([file, true]);
    }
  });
});
