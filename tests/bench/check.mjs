/** `node tests/bench/check.mjs`: how long it takes to read, check and compile 200 mappings. A figure, not a test. */
import '../../libs/mapping/scripts/load-typescript.mjs';
import { readdirSync, readFileSync } from 'node:fs';

const COUNT = 200;
const { loadMapping } = await import('../../libs/mapping/src/index.ts');
const { connectorById } = await import('../../libs/connectors/src/index.ts');
const root = new URL('../../mappings/', import.meta.url);

function shipped() {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: connector }) => {
    const files = readdirSync(new URL(`${connector}/`, root)).filter((file) => /^[^.]+\.yaml$/.test(file));
    return files.map((file) => mappingOf(connector, file.slice(0, -'.yaml'.length)));
  });
}

function mappingOf(connector, stream) {
  const streams = connectorById(connector)?.streams;
  const nativeSchema = typeof streams === 'function' ? undefined : streams?.[stream]?.schema;
  const file = `${connector}/${stream}.yaml`;
  const text = readFileSync(new URL(file, root), 'utf8');
  return { file, text, id: `${connector}/${stream}`, ...(nativeSchema && { nativeSchema }) };
}

const mappings = shipped();
// The first use of each part is paid once in the life of a process.
for (const mapping of mappings) loadMapping(mapping);
const started = process.cpuUsage();
const from = performance.now();
let rules = 0;
for (let index = 0; index < COUNT; index += 1) {
  const { compiled, fields } = loadMapping(mappings[index % mappings.length]);
  if (!compiled) throw new Error(`${mappings[index % mappings.length].file} has errors`);
  rules += fields.length;
}
const { user, system } = process.cpuUsage(started);
console.log(
  JSON.stringify({
    'check.mappings': COUNT,
    'check.fields': rules,
    'check.wall-ms': Math.round(performance.now() - from),
    'check.cpu-ms': Math.round((user + system) / 1000),
  }),
);
