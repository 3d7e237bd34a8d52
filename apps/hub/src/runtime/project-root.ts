import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `mappings/`, found upwards from the running code: it differs between sources, build output and container. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'mappings')) || !existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(
        'The folder mappings/ is missing beside package.json. Install Isthmus again, or start it from a whole checkout.',
      );
    folder = parent;
  }
  return folder;
}
