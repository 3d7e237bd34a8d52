/**
 * Writes src/generated/entities.ts from the schemas: `node libs/canonical/scripts/generate-types.mjs`.
 * With `--check` it writes nothing and fails when the file is not what the schemas yield.
 * The schemas import nothing but one another, so stripping their types is all it takes to load them.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import { renderTypes } from './render-types.mjs';

const source = fileURLToPath(new URL('../src/schemas/', import.meta.url));
const target = fileURLToPath(new URL('../src/generated/entities.ts', import.meta.url));

const folder = await mkdtemp(path.join(tmpdir(), 'isthmus-schemas-'));
try {
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const file of (await readdir(source)).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const { code } = await transform(await readFile(path.join(source, file), 'utf8'), {
      swcrc: false,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    await writeFile(path.join(folder, file.replace(/\.ts$/, '.js')), code);
  }
  const { schemasByTypeName } = await import(pathToFileURL(path.join(folder, 'schemas.js')).href);
  const types = await renderTypes(schemasByTypeName);
  if (!process.argv.includes('--check')) await writeFile(target, types);
  else if (types !== (await readFile(target, 'utf8'))) {
    console.error('src/generated/entities.ts is out of date: run node libs/canonical/scripts/generate-types.mjs');
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
