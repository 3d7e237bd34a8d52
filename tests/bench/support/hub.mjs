import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProgram, stop } from './processes.mjs';

const PROGRAM = fileURLToPath(new URL('../../../dist/hub/main.js', import.meta.url));
const API_KEY = 'bench-api-key-0123456789';
const START_PATIENCE_MS = 60_000;
const dataDirs = new Set();

/**
 * Starts a hub as anybody would: its program, a data folder, a configuration file. Database, queue and workers are in it.
 *
 * @param configuration content of the configuration file
 * @param options `profile`: folder for a CPU profile of the hub's process
 */
export async function startHub(dataDir, configuration, { profile } = {}) {
  mkdirSync(dataDir, { recursive: true });
  dataDirs.add(dataDir);
  const configFile = `${dataDir}.config.json`;
  writeFileSync(configFile, JSON.stringify(configuration, null, 2));
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: '0',
    ISTHMUS_DATA: dataDir,
    ISTHMUS_CONFIG: configFile,
    ISTHMUS_API_KEY: API_KEY,
    ISTHMUS_LOG: 'warn',
  };
  const profiling = profile ? ['--cpu-prof', '--cpu-prof-interval', '250', '--cpu-prof-dir', profile] : [];
  let output = '';
  const startedAtMs = performance.now();
  const child = startProgram(process.execPath, [...profiling, PROGRAM], { env }, (text) => (output += text));
  const hub = { child, pid: child.pid, dataDir, configuration, url: '', readyMs: 0, output: () => output };
  await untilReady(hub, startedAtMs);
  return hub;
}

async function untilReady(hub, startedAtMs) {
  while (performance.now() - startedAtMs < START_PATIENCE_MS) {
    if (hub.child.exitCode !== null) throw new Error(`The hub ended with ${hub.child.exitCode}:\n${hub.output()}`);
    const url = /Isthmus is ready: (\S+)/.exec(hub.output())?.[1];
    if (url && (await fetch(`${url}/health/ready`)).status === 200) {
      hub.url = url;
      hub.readyMs = performance.now() - startedAtMs;
      return;
    }
    await sleep(10);
  }
  throw new Error(`The hub was not ready after ${START_PATIENCE_MS / 1000} s:\n${hub.output()}`);
}

/** Stops a hub with its database. */
export async function stopHub(hub) {
  await stop(hub.child);
}

/** Stops database servers that a hub of this run left behind because it did not end in order. */
export function stopLeftDatabases() {
  for (const dataDir of dataDirs) {
    const file = join(dataDir, 'data', 'postmaster.pid');
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
    if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGQUIT');
  }
}

/** Asks the API of a hub; anything but success fails. */
export async function askApi(hub, method, path, body) {
  const answer = await fetch(`${hub.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}\n${hub.output()}`);
  return JSON.parse(text);
}

/** The sum of a figure of `/metrics` over all its labels. */
export async function readMetric(hub, name) {
  const answer = await fetch(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${API_KEY}` } });
  const text = await answer.text();
  if (answer.status !== 200)
    throw new Error(`/metrics answered ${answer.status}: ${text.slice(0, 300)}\n${hub.output()}`);
  const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)));
  if (lines.length === 0) throw new Error(`/metrics has no ${name}.`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
