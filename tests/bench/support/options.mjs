import { parseArgs } from 'node:util';

/** Names of the measurements, in the order in which they run. */
export const NAMES = [
  'mapping',
  'check',
  'growth',
  'storm',
  'burst',
  'latency',
  'pull',
  'start',
  'stages',
  'reconcile',
];

const HELP = `npm run bench -- [options]
  --only NAME     one of ${NAMES.join(', ')}; may be given several times
  --size FACTOR   share of the full amount, for a quick look: 0.1 sends 500 orders and pulls 10,000 customers
  --json          one JSON line a figure: {"bench","value","unit","floor","ratio"}
  --profile DIR   keeps CPU profiles of the hub's process there; the figures are worse then
  --keep          leaves the data folders for a look`;

/** Reads the command line; wrong options end the run with the help. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        size: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        profile: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) end(0, HELP);
    const size = Number(values.size);
    const unknown = values.only.find((name) => !NAMES.includes(name));
    if (unknown) end(2, `There is no measurement named ${unknown}.\n${HELP}`);
    if (!(size > 0 && size <= 1)) end(2, `--size is a number above 0 and up to 1, not ${values.size}.\n${HELP}`);
    return { ...values, size, wants: (name) => values.only.length === 0 || values.only.includes(name) };
  } catch (error) {
    return end(2, `${error.message}\n${HELP}`);
  }
}

function end(code, text) {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
