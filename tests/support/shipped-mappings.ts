import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Streams } from '@isthmus/connector-kit';
import { connectors } from '@isthmus/connectors';
import type { LoadMappingInput } from '@isthmus/mapping';

const root = join(__dirname, '../..');

/** Every shipped mapping as `loadMapping` takes it, with the native schema of its stream; files by the settings of the demo. */
export function shippedMappings(): readonly LoadMappingInput[] {
  const demo = JSON.parse(readFileSync(join(root, 'demo/files/connection.json'), 'utf8')) as never;
  return readdirSync(join(root, 'mappings'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: connector }) => {
      const { streams } = connectors.find(({ id }) => id === connector) ?? {};
      const known: Streams = (typeof streams === 'function' ? streams(demo) : streams) ?? {};
      return readdirSync(join(root, 'mappings', connector))
        .filter((file) => /^[A-Za-z]+\.yaml$/.test(file))
        .map((file) => {
          const stream = file.replace('.yaml', '');
          const nativeSchema = known[stream]?.schema;
          if (!nativeSchema) throw new Error(`mappings/${connector}/${file} is for no stream of its connector`);
          const text = readFileSync(join(root, 'mappings', connector, file), 'utf8');
          return { file: `mappings/${connector}/${file}`, id: `${connector}/${stream}`, text, nativeSchema };
        });
    });
}
