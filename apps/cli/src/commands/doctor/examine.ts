import type { PlatformSettings } from '@isthmus/platform';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { isLocalHost } from '../../hub/hub-address.js';
import { safeText } from '../../output/safe-text.js';
import { checkMappingFiles } from '../mapping/check-mappings.js';
import { checkDatabase } from './check-database.js';
import { checkClock, checkHub, checkPorts, lookAtHub } from './check-hub.js';
import { checkConfigFile, checkDataFolder, checkNode, readSettings } from './check-machine.js';
import { checkRedis } from './check-redis.js';
import { broken, doubtful, well } from './finding.js';
import type { DoctorFinding } from './finding.js';

const SANDBOX_PORT = 3100;

/** `isthmus doctor`: every look is taken, whatever the others found. */
export async function examine(cli: Cli): Promise<ExitCode> {
  const { environment, folder } = cli.terminal;
  const { settings, findings } = readSettings(environment);
  const all = [
    checkNode(process.versions.node),
    ...findings,
    ...(settings ? await ofSettings(settings, folder) : []),
    ...(await ofHub(cli, settings)),
    ofMappings(folder),
  ];
  const ok = all.every(({ verdict }) => verdict !== 'failed');
  cli.printLines({ ok, findings: all }, () => all.map((finding) => line(cli, finding)).join(''));
  return ok ? EXIT.ok : EXIT.failure;
}

async function ofSettings(settings: PlatformSettings, folder: string): Promise<readonly DoctorFinding[]> {
  return [
    checkDataFolder(settings.dataDir, folder),
    ...checkConfigFile(settings.configFile, folder),
    await checkDatabase(settings.databaseUrl),
    await checkRedis(settings.redisUrl),
  ];
}

async function ofHub(cli: Cli, settings: PlatformSettings | undefined): Promise<readonly DoctorFinding[]> {
  const address = cli.address();
  const sight = await lookAtHub(address);
  const isHere = isLocalHost(new URL(address.url).hostname);
  return [
    ...(await checkHub(sight, address, cli.hub())),
    ...(!sight && isHere && settings ? await checkPorts(portsOf(cli, settings)) : []),
    checkClock(sight, new Date()),
  ];
}

function portsOf(cli: Cli, settings: PlatformSettings): readonly { variable: string; port: number }[] {
  const sandbox = Number(cli.terminal.environment['SANDBOX_PORT'] || SANDBOX_PORT);
  return [
    { variable: 'PORT', port: settings.port },
    ...(Number.isInteger(sandbox) && sandbox >= 0 && sandbox < 65_536
      ? [{ variable: 'SANDBOX_PORT', port: sandbox }]
      : []),
  ];
}

function ofMappings(folder: string): DoctorFinding {
  try {
    const { files, errors, warnings } = checkMappingFiles([], folder);
    const message = {
      en: `${files} mappings, ${errors} errors, ${warnings} warnings`,
      zh: `共 ${files} 个映射，错误 ${errors} 处，警告 ${warnings} 处`,
    };
    const cure = { en: 'Run isthmus mapping check.', zh: '请运行 isthmus mapping check。' };
    if (errors > 0) return broken('mappings', message, cure);
    return warnings > 0 ? doubtful('mappings', message, cure) : well('mappings', message);
  } catch (error) {
    if (error instanceof CliError) return broken('mappings', error.wording);
    throw error;
  }
}

function line(cli: Cli, { name, verdict, message, cure }: DoctorFinding): string {
  const { green, yellow, red } = cli.colours;
  const mark = { ok: green('✓'), warning: yellow('!'), failed: red('✗') }[verdict];
  const advice = cure ? `\n    ${safeText(cli.say(cure))}` : '';
  return `${mark} ${name}: ${safeText(cli.say(message))}${advice}\n`;
}
