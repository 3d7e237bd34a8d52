/**
 * Writes what is made from the mapping language's code: `mappings/mapping.schema.json` and
 * `mappings/mapping-layer.schema.json` (completion in editors) and
 * `docs/mapping-language.md` (reference). Run: `node libs/mapping/scripts/write-generated.mjs`.
 */
import './load-typescript.mjs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const { editorSchema, languageReference, layerEditorSchema } = await import('../src/index.ts');
const root = new URL('../../../', import.meta.url);

async function write(name, text) {
  const filepath = fileURLToPath(new URL(name, root));
  await writeFile(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

await mkdir(new URL('mappings/', root), { recursive: true });
await write('mappings/mapping.schema.json', JSON.stringify(editorSchema()));
await write('mappings/mapping-layer.schema.json', JSON.stringify(layerEditorSchema()));
await write('docs/mapping-language.md', languageReference());
