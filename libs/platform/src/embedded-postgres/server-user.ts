import { chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The system account that the server runs as when this process is root, which PostgreSQL refuses to be. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for the server: undefined means "this process's own".
 * Root becomes `postgres` where there is one, else `nobody`. Throws with the cure where there is neither.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const found = accountNamed('postgres') ?? accountNamed('nobody');
  if (found) return found;
  throw new Error(
    'PostgreSQL does not run as root and this system has neither a user "postgres" nor "nobody". ' +
      'Start Isthmus as an ordinary user, or set DATABASE_URL to a server of your own.',
  );
}

function accountNamed(name: string): ServerUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  const account = { name, uid: Number(uid), gid: Number(gid) };
  // macOS lists nobody as -2, which setuid does not take.
  return account.uid > 0 && account.gid >= 0 ? account : undefined;
}

/** Whether the account may pass through every folder above `path`. The path itself need not exist. */
export function canReach(path: string, user: ServerUser): boolean {
  const parent = dirname(path);
  if (parent === path) return true;
  return mayEnter(parent, user) && canReach(parent, user);
}

function mayEnter(folder: string, user: ServerUser): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat) return true;
  if (stat.uid === user.uid) return (stat.mode & 0o100) !== 0;
  if (stat.gid === user.gid) return (stat.mode & 0o010) !== 0;
  return (stat.mode & 0o001) !== 0;
}

/** Gives a folder and all below it to the account; does nothing when the folder is its own already. */
export function giveTo(path: string, user: ServerUser | undefined): void {
  if (!user || statSync(path).uid === user.uid) return;
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, entry), user.uid, user.gid);
  }
  chownSync(path, user.uid, user.gid);
}
