import { readdirSync, readFileSync } from 'node:fs';

const COUNT = 200;
const root = new URL('../../mappings/', import.meta.url);

// By a computed name: what is built is not there yet when the sources are checked.
const built = (name) => import(new URL(`../../dist/hub/libs/${name}/src/index.js`, import.meta.url).href);

/** How long it takes to read, check and compile 200 mappings: the shipped ones, over and over, after each was loaded once. */
export async function measureCheck({ report }) {
  report.say('Checking of mappings …');
  const { loadMapping } = await built('mapping');
  const { connectorById } = await built('connectors');
  const mappings = shipped(connectorById);
  // The first use of each part is paid once in the life of a process.
  for (const mapping of mappings) loadMapping(mapping);
  const started = process.cpuUsage();
  const fromMs = performance.now();
  for (let index = 0; index < COUNT; index += 1) {
    const mapping = mappings[index % mappings.length];
    if (!loadMapping(mapping).compiled) throw new Error(`${mapping.file} has errors`);
  }
  const { user, system } = process.cpuUsage(started);
  report.add({ bench: 'check.200-mappings', value: (performance.now() - fromMs) / 1000, unit: 's', atMost: 2 });
  report.add({ bench: 'check.200-mappings.cpu', value: (user + system) / 1e6, unit: 's' });
}

function shipped(connectorById) {
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: connector }) => {
    const files = readdirSync(new URL(`${connector}/`, root)).filter((file) => /^[^.]+\.yaml$/.test(file));
    return files.map((file) => mappingOf(connectorById, connector, file.slice(0, -'.yaml'.length)));
  });
}

function mappingOf(connectorById, connector, stream) {
  const streams = connectorById(connector)?.streams;
  const nativeSchema = typeof streams === 'function' ? undefined : streams?.[stream]?.schema;
  const file = `${connector}/${stream}.yaml`;
  const text = readFileSync(new URL(file, root), 'utf8');
  return { file, text, id: `${connector}/${stream}`, ...(nativeSchema && { nativeSchema }) };
}
