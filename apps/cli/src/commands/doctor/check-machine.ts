import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EnvironmentError, readConfig } from '@isthmus/platform';
import type { PlatformSettings } from '@isthmus/platform';
import { plain } from '../../language.js';
import { broken, doubtful, well } from './finding.js';
import type { DoctorFinding } from './finding.js';

const LITTLE_SPACE = 1024 ** 3;

/** Is this Node new enough? `version` as in `process.versions.node`. */
export function checkNode(version: string): DoctorFinding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return well('node', plain(`Node ${version}`));
  return broken(
    'node',
    { en: `Node ${version} is too old.`, zh: `Node ${version} 版本过低。` },
    { en: 'Install Node 20.19 or newer.', zh: '请安装 Node 20.19 或更新版本。' },
  );
}

/** The settings that a hub would start with from this environment; undefined when a variable is wrong. */
export function readSettings(environment: { readonly [name: string]: string | undefined }): {
  readonly settings: PlatformSettings | undefined;
  readonly findings: readonly DoctorFinding[];
} {
  try {
    const { settings } = readConfig(environment, {});
    return {
      settings: settings.platform,
      findings: [well('settings', { en: 'The environment variables are right.', zh: '环境变量正确。' })],
    };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { settings: undefined, findings: error.faults.map(({ message }) => broken('settings', plain(message))) };
  }
}

/** Can the hub keep its data there? */
export function checkDataFolder(dataDir: string, folder: string): DoctorFinding {
  const wanted = resolve(folder, dataDir);
  let present = wanted;
  while (!existsSync(present)) present = dirname(present);
  try {
    accessSync(present, constants.W_OK);
    if (!statSync(present).isDirectory()) throw new Error('a file is in the way');
    const { bavail, bsize } = statfsSync(present);
    const freeGib = ((bavail * bsize) / LITTLE_SPACE).toFixed(1);
    const message = { en: `${dataDir}: writable, ${freeGib} GiB free`, zh: `${dataDir}：可写，剩余 ${freeGib} GiB` };
    if (bavail * bsize >= LITTLE_SPACE) return well('data-folder', message);
    return doubtful('data-folder', message, {
      en: 'Make room: below 1 GiB is little.',
      zh: '请清理空间：剩余不足 1 GiB。',
    });
  } catch {
    return broken(
      'data-folder',
      { en: `${dataDir} cannot be written.`, zh: `${dataDir} 不可写。` },
      {
        en: 'Give this user the right to write there, or set ISTHMUS_DATA.',
        zh: '请授予写权限，或设置 ISTHMUS_DATA。',
      },
    );
  }
}

/** Is the configuration file that the hub would load there? */
export function checkConfigFile(file: string | undefined, folder: string): readonly DoctorFinding[] {
  if (file === undefined) return [];
  try {
    accessSync(resolve(folder, file), constants.R_OK);
    return [well('configuration', plain(file))];
  } catch {
    return [
      broken(
        'configuration',
        { en: `${file} cannot be read.`, zh: `无法读取 ${file}。` },
        { en: 'Check ISTHMUS_CONFIG.', zh: '请检查 ISTHMUS_CONFIG。' },
      ),
    ];
  }
}
