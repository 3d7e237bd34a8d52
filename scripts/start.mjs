/** `npm start`: the hub with the sandbox's far sides beside it, from a fresh clone, with nothing but Node. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './support/build-state.mjs';
import { checkNode, ensureInstalled, root } from './support/processes.mjs';

/** The hub finishes what it has claimed and stops its database; the sandbox has nothing to lose. */
const PATIENCE_MS = { hub: 20_000, sandbox: 5_000 };

checkNode();
await ensureInstalled();
await ensureBuilt();

const hubUrl = `http://127.0.0.1:${process.env.PORT || '3000'}`;
const dataDir = process.env.ISTHMUS_DATA || join(root, '.isthmus');
const env = {
  ...process.env,
  ISTHMUS_DATA: dataDir,
  ISTHMUS_CONFIG: process.env.ISTHMUS_CONFIG || join(root, 'demo', 'isthmus.yaml'),
};
/** The sandbox shares no settings with the hub: it must not know its secrets. */
const sandboxEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ISTHMUS_|DATABASE_URL|REDIS_URL)/.test(name)),
  ),
  SANDBOX_PORT: process.env.SANDBOX_PORT || '3100',
  // A newcomer should see things move; `on` shows how the hub keeps the vendors' limits.
  SANDBOX_LIMITS: process.env.SANDBOX_LIMITS || 'off',
  SANDBOX_SEED: process.env.SANDBOX_SEED || 'demo',
  SANDBOX_HUBSPOT_WEBHOOK_URL: `${hubUrl}/webhooks/crm`,
  SANDBOX_KINGDEE_WEBHOOK_URL: `${hubUrl}/webhooks/erp/${process.env.ERP_CALLBACK_KEY || 'sandbox-callback-key-0001'}`,
  SANDBOX_DATA: process.env.SANDBOX_DATA || join(dataDir, 'sandbox'),
};

const running = new Map();
let stopping = false;

function start(name, program, ownEnv) {
  const child = spawn(process.execPath, [join(root, 'dist', name, program)], {
    cwd: root,
    env: ownEnv,
    stdio: 'inherit',
    // In a group of its own: a Ctrl-C reaches this script only, which then stops the hub before the sandbox.
    detached: process.platform !== 'win32',
  });
  const ended = new Promise((done) => {
    child.once('error', (error) => done(`could not start: ${error.message}`));
    child.once('exit', (code, signal) => done(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
  });
  running.set(name, { child, ended });
  void ended.then((how) => {
    running.delete(name);
    if (stopping) return;
    console.error(`The ${name} ${how}; stopping.`);
    void stopAll(1);
  });
}

async function stop(name) {
  const entry = running.get(name);
  if (!entry) return true;
  entry.child.kill('SIGTERM');
  const timer = setTimeout(() => {
    console.error(`The ${name} did not stop within ${PATIENCE_MS[name] / 1000} s; ending it.`);
    entry.child.kill('SIGKILL');
  }, PATIENCE_MS[name]);
  const how = await entry.ended;
  clearTimeout(timer);
  return !how.includes('SIGKILL');
}

async function stopAll(code) {
  if (stopping) return;
  stopping = true;
  const hubStopped = await stop('hub');
  await stop('sandbox');
  process.exit(hubStopped ? code : 1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stopAll(0));

mkdirSync(join(dataDir, 'files', 'inbox'), { recursive: true });

start('sandbox', join('apps', 'sandbox', 'src', 'main.js'), sandboxEnv);
start('hub', 'main.js', env);
