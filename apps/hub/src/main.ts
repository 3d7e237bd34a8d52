import 'reflect-metadata';
import { connectors } from '@isthmus/connectors';
import { createLogger, EnvironmentError, readConfig } from '@isthmus/platform';
import { hubEnvironment } from './configuration/hub-environment.js';
import { ConfigurationError } from './configuration/read-configuration.js';
import { startHub } from './start-hub.js';

const LONGEST_STOP_MS = 20_000;

async function main(): Promise<void> {
  const { settings, warnings } = readConfig(process.env, { hub: hubEnvironment });
  const logger = createLogger({ level: settings.platform.logLevel });
  for (const warning of warnings) logger.warn(warning);
  const hub = await startHub({ ...settings.platform, ...settings.hub }, { connectors, logger });
  if (hub.createdApiKey !== undefined) {
    process.stdout.write(
      `\nAPI key (shown once, keep it): ${hub.createdApiKey}\nAPI 密钥（仅显示一次，请妥善保存）\n\n`,
    );
  }
  process.stdout.write(
    `Isthmus is ready: ${hub.url}  (API description: ${hub.url}/docs, status: ${hub.url}/api/v1/status)\n`,
  );
  const stop = (): void => {
    const late = setTimeout(() => process.exit(1), LONGEST_STOP_MS);
    hub.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the hub did not stop cleanly');
        process.exit(1);
      },
    );
    late.unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigurationError ||
    error instanceof EnvironmentError ||
    (error instanceof Error && ['EmbeddedPostgresError', 'QueueSettingsError'].includes(error.name));
  process.stderr.write(
    known
      ? `${(error as Error).message}\n`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
