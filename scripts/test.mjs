/**
 * `npm test`: all tests on a machine that has only Node and npm; arguments go to jest (`npm test -- libs/mapping`).
 * The last line is `N passed, N failed, N skipped`. PostgreSQL and Redis are started by jest's global set-up, so that
 * `npx jest path` works alone as well.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './support/build-state.mjs';
import { aptInstall, checkNode, ensureInstalled, giveUp, onPath, root, run } from './support/processes.mjs';

/** How long jest may take to end after its report is written. */
const PATIENCE_SECONDS = 20;

checkNode();
await ensureInstalled();
await ensureBuilt();
ensureRedis();
ensureBrowser();
process.exit(await runTests(process.argv.slice(2)));

function ensureRedis() {
  if (process.env.REDIS_URL || onPath('redis-server')) return;
  if (aptInstall('redis-server') && onPath('redis-server')) return;
  giveUp(
    'The queue is tested on Redis too, and there is none. Install redis-server (apt-get install redis-server, ' +
      'brew install redis), or set REDIS_URL to a server for tests: it will be flushed.',
  );
}

/** Without a browser the browser tests report themselves as skipped; all others run. */
function ensureBrowser() {
  const folder = join(root, 'tests', 'browser');
  const wanted =
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.spec.ts'));
  if (!wanted || process.env.TEST_CHROMIUM) return;
  const find = () => onPath('chromium', 'chromium-browser', 'google-chrome');
  if (!find()) aptInstall('chromium', 'fonts-noto-cjk');
  const found = find();
  if (found) process.env.TEST_CHROMIUM = found;
  else console.warn('No Chromium on PATH: browser tests are skipped. Install it, or set TEST_CHROMIUM to its path.');
}

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-report-'));
  const report = join(folder, 'report.json');
  try {
    const code = await runJest(report, ['--json', `--outputFile=${report}`, ...args]);
    const { passed, failed, skipped } = readReport(report);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return code === 0 && failed > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Jest waits for ever for a timer, queue or connection that a test left open; here that is a failure. */
async function runJest(report, args) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const hung = new AbortController();
  let finishedFor = 0;
  const watch = setInterval(() => {
    if (existsSync(report) && ++finishedFor > PATIENCE_SECONDS) hung.abort();
  }, 1_000);
  try {
    // With --json jest prints the report on standard output too; people read standard error.
    return await run(process.execPath, [jest, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      signal: hung.signal,
    });
  } catch (error) {
    if (!hung.signal.aborted) throw error;
    console.error(
      'The tests ended, but something they left open kept the process alive (see jest --detectOpenHandles).',
    );
    return 1;
  } finally {
    clearInterval(watch);
  }
}

/** A suite that does not even load has no tests to count; it counts as one failure. */
function readReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
