import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this installation, with `package.json` and `mappings/`; found upwards, because sources and build output lie at different depths. */
export function shippedFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'mappings'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json and mappings/ are missing: install Isthmus again');
    folder = parent;
  }
  return folder;
}

/** The version of this installation. */
export function shippedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(shippedFolder(), 'package.json'), 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : '0.0.0';
}
