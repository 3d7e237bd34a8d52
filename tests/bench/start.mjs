import { customerConfiguration } from './support/configuration.mjs';
import { startHub, stopHub } from './support/hub.mjs';

/** A later start of a hub whose data folder is there: from the start of the process to the first 200 of /health/ready. */
export async function measureStart({ report, farSide, dataDir }) {
  const hub = await startHub(dataDir, customerConfiguration(farSide.url));
  await stopHub(hub);
  report.add({ bench: 'start.ready', value: hub.readyMs / 1000, unit: 's', atMost: 5 });
}
