import { startSandbox } from './sandbox.js';

const { SANDBOX_PORT, SANDBOX_HOST, SANDBOX_DATA, SANDBOX_LIMITS, SANDBOX_SEED } = process.env;
const hook = (name: string) => {
  const url = process.env[`SANDBOX_${name}_WEBHOOK_URL`];
  return url === undefined ? {} : { webhooks: { url } };
};

const sandbox = await startSandbox({
  port: Number(SANDBOX_PORT ?? 3100),
  host: SANDBOX_HOST ?? '127.0.0.1',
  dataDir: SANDBOX_DATA ?? '.isthmus/sandbox',
  limits: SANDBOX_LIMITS !== 'off',
  systems: { hubspot: hook('HUBSPOT'), kingdee: hook('KINGDEE'), rest: hook('REST') },
});

if (SANDBOX_SEED === 'demo')
  for (const system of [sandbox.hubspot, sandbox.kingdee])
    if (Object.values(system.types()).every((count) => count === 0)) system.seed();

process.stdout.write(`sandbox: ${sandbox.url}/ (hubspot, kingdee, rest; control under /_control)\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
