import { join } from 'node:path';
import { customerConfiguration } from './support/configuration.mjs';
import { checkArrived, reset } from './support/far-sides.mjs';
import { writeFileSync } from 'node:fs';

const CUSTOMERS = 20_000;

// By a computed name: what is built is not there yet when the sources are checked.
const built = (path) => import(new URL(`../../dist/hub/${path}`, import.meta.url).href);

/**
 * The three stages one after the other, each alone: a first pull is captured, then merged, then delivered in bulk. Records a second and SQL
 * statements a record of each; the hub is inside of this process, with its workers off.
 */
export async function measureStages({ report, farSide, folder, size }) {
  const count = Math.max(400, Math.round(CUSTOMERS * size));
  const { startHub } = await built('apps/hub/src/start-hub.js');
  const { connectors } = await built('libs/connectors/src/index.js');
  const { createLogger } = await built('libs/platform/src/index.js');
  const { readStream, mergeBatch, deliverBatch } = await built('libs/stages/src/index.js');
  await reset(farSide, count);
  const dataDir = join(folder, 'stages');
  const configFile = `${dataDir}.config.json`;
  writeFileSync(configFile, JSON.stringify(customerConfiguration(farSide.url)));
  const settings = { port: 0, host: '127.0.0.1', dataDir, role: 'api', logLevel: 'silent', configFile };
  const hub = await startHub(settings, { connectors, logger: createLogger({ level: 'silent' }) });
  try {
    const { context } = hub.runtime;
    const order = { connectionId: 'crm', stream: 'customers', purpose: 'changes', force: true };
    const stages = {
      capture: () => readStream(context, order),
      merge: async () => {
        while ((await mergeBatch(context, 'customer')).more);
      },
      deliver: async () => {
        while ((await deliverBatch(context, 'erp')).more);
      },
    };
    for (const [name, run] of Object.entries(stages)) {
      const statements = hub.database.statementCount;
      const startedAtMs = performance.now();
      await run();
      const seconds = (performance.now() - startedAtMs) / 1000;
      report.add({ bench: `stages.${name}.rate`, value: count / seconds, unit: 'records/s' });
      report.add({
        bench: `stages.${name}.statements-per-record`,
        value: (hub.database.statementCount - statements) / count,
        unit: 'statements',
      });
    }
    await checkArrived(farSide, 'customers', { count }, 'hub');
  } finally {
    await hub.stop();
  }
}
