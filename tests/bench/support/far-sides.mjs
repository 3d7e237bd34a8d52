import { fileURLToPath } from 'node:url';
import { ask, startModule } from './processes.mjs';

const FAR_SIDE = fileURLToPath(new URL('../far-side.mjs', import.meta.url));
const FLOOR = fileURLToPath(new URL('../floor.mjs', import.meta.url));

/** Starts the far sides in a process of their own. */
export function startFarSide() {
  return startModule(FAR_SIDE);
}

/** Starts the floor: it writes to the far side and journals to a file. `commit`: `group` or `each`. */
export function startFloor(farSide, journalFile, commit = 'group') {
  return startModule(FLOOR, [farSide.url, journalFile, commit]);
}

/** Empties the far side; `customers` is how many it has to offer. */
export function reset(farSide, customers = 0) {
  return ask(farSide, { do: 'reset', customers });
}

/** Resolves when so many different things of a kind have arrived at the far side; fails when nothing has moved for `stillMs`. */
export async function untilArrived(farSide, kind, count, output = () => '', stillMs = 15_000) {
  const arrival = ask(farSide, { do: 'wait', kind, count });
  for (let last = -1; ;) {
    let timer;
    const still = new Promise((resolve) => (timer = setTimeout(resolve, stillMs, 'still')));
    const first = await Promise.race([arrival, still]);
    clearTimeout(timer);
    if (first !== 'still') return;
    const now = await ask(farSide, { do: 'count', kind });
    if (now.count === last) throw new Error(`Only ${now.count} of ${count} ${kind} arrived.\n${output()}`);
    last = now.count;
  }
}

/**
 * Compares what arrived with what should have; anything missing, doubled or wrong fails. Resolves to the times of arrival.
 *
 * @param range `first` index and how many
 */
export async function checkArrived(farSide, kind, { first = 0, count }, who) {
  const { check } = await ask(farSide, { do: 'check', kind, first, count });
  const { missing, doubled, wrong, unexpected, example } = check;
  if (missing + doubled + wrong + unexpected === 0) return check;
  const shown = example ? ` The first wrong one has ${example}.` : '';
  throw new Error(
    `${who}: of ${count} ${kind} ${missing} are missing, ${doubled} came twice, ${wrong} are wrong, ${unexpected} were not asked for.${shown}`,
  );
}

/** Has the floor pull everything; resolves when it is done. `ahead`: the next page is asked for before the last one is written. */
export function pullByFloor(floor, ahead) {
  return ask(floor, { do: 'pull', ahead });
}
