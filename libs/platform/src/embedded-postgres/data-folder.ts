import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Natives } from './natives.js';
import { canReach, giveTo } from './server-user.js';
import type { ServerUser } from './server-user.js';

/** The name of the database owner inside the embedded server. */
export const SUPERUSER = 'isthmus';

/** The paths inside the folder of one embedded server. */
export interface DataFolder {
  readonly root: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly portFile: string;
  readonly logFile: string;
  readonly lockFile: string;
  readonly holders: string;
  readonly natives: string;
}

/**
 * Makes the folder and gives it to the server's account. A folder that the account cannot reach (below `/root`, say) is
 * replaced by one under `/var/lib/isthmus` that is always the same for the same `dataDir`.
 */
export function openDataFolder(dataDir: string, user: ServerUser | undefined, log: (line: string) => void): DataFolder {
  const wanted = resolve(dataDir);
  const root = !user || canReach(wanted, user) ? wanted : substituteFor(wanted);
  if (root !== wanted) log(`The account "${user?.name}" cannot reach ${wanted}; the database lies in ${root} instead.`);
  mkdirSync(root, { recursive: true });
  if (user) chownSync(root, user.uid, user.gid);
  // initdb and the server insist on this for the cluster; the password and the log deserve it as well.
  if (process.platform !== 'win32') chmodSync(root, 0o700);
  const at = (name: string): string => join(root, name);
  return {
    root,
    cluster: at('data'),
    passwordFile: at('password'),
    portFile: at('port'),
    logFile: at('postgres.log'),
    lockFile: at('start.lock'),
    holders: at('holders'),
    natives: at('native'),
  };
}

function substituteFor(wanted: string): string {
  return join('/var/lib/isthmus', createHash('sha256').update(wanted).digest('hex').slice(0, 12));
}

/** Makes the cluster where there is none and returns the owner's password. A kill at any point leaves no half cluster. */
export async function ensureCluster(
  folder: DataFolder,
  natives: Natives,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<string> {
  if (!existsSync(join(folder.cluster, 'PG_VERSION'))) await createCluster(folder, natives, user, durable);
  giveTo(folder.cluster, user);
  if (existsSync(folder.passwordFile)) return readFileSync(folder.passwordFile, 'utf8').trim();
  throw new Error(
    `The password of the embedded PostgreSQL is missing: ${folder.passwordFile}. Restore the file, ` +
      `or move ${folder.root} away to start with an empty database.`,
  );
}

async function createCluster(
  folder: DataFolder,
  natives: Natives,
  user: ServerUser | undefined,
  durable: boolean,
): Promise<void> {
  const unfinished = `${folder.cluster}.init`;
  rmSync(unfinished, { recursive: true, force: true });
  writePassword(folder.passwordFile, user);
  await runInitdb(
    natives.initdb,
    [
      `--pgdata=${unfinished}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${folder.passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The built-in locale sorts and folds the same on every platform, whatever the system has installed.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      ...(durable ? [] : ['--no-sync']),
    ],
    { cwd: folder.root, ...(user ? { uid: user.uid, gid: user.gid } : {}) },
  );
  renameSync(unfinished, folder.cluster);
}

function writePassword(file: string, user: ServerUser | undefined): void {
  rmSync(file, { force: true });
  writeFileSync(file, randomBytes(24).toString('base64url') + '\n', { mode: 0o600 });
  if (user) chownSync(file, user.uid, user.gid);
}

async function runInitdb(
  program: string,
  args: readonly string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<void> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const status = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (status === 0) return;
  throw new Error(`The embedded PostgreSQL could not make its data folder (initdb ended with ${status}): ${complaint}`);
}
