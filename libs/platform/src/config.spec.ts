import { readConfig } from './config.js';
import { EnvironmentError } from './environment.js';
import type { EnvironmentSlice } from './environment.js';

const queue: EnvironmentSlice<{ pollMs: number; eager: boolean; topic?: string }> = {
  variables: {
    ISTHMUS_QUEUE_POLL_MS: {
      setting: 'pollMs',
      schema: { type: 'integer', minimum: 50, default: 500 },
      help: 'how often the queue looks, at least 50 ms.',
    },
    ISTHMUS_QUEUE_EAGER: { setting: 'eager', schema: { type: 'boolean', default: false }, help: 'true or false.' },
    ISTHMUS_QUEUE_TOPIC: { setting: 'topic', schema: { type: 'string' }, help: 'any text.' },
  },
};

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env, { queue });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing: every setting has a default or may lack', () => {
    const { settings, warnings } = readConfig({ HOME: '/home/someone' }, { queue });
    expect(settings).toEqual({
      platform: { port: 3000, dataDir: '.isthmus', role: 'all', logLevel: 'info' },
      queue: { pollMs: 500, eager: false },
    });
    expect(warnings).toEqual([]);
  });

  it('reads numbers and booleans from text and takes an empty variable for not set', () => {
    const env = { PORT: '8080', ISTHMUS_QUEUE_POLL_MS: '75', ISTHMUS_QUEUE_EAGER: 'true', DATABASE_URL: '' };
    const { settings } = readConfig(env, { queue });
    expect(settings.platform).toMatchObject({ port: 8080 });
    expect(settings.platform).not.toHaveProperty('databaseUrl');
    expect(settings.queue).toEqual({ pollMs: 75, eager: true });
  });

  it('lists the faults of all libraries at once, each with its cure', () => {
    expect(faultsOf({ PORT: 'eighty', ISTHMUS_ROLE: 'master', ISTHMUS_QUEUE_POLL_MS: '1' }).sort()).toEqual([
      'ISTHMUS_QUEUE_POLL_MS is "1": how often the queue looks, at least 50 ms.',
      'ISTHMUS_ROLE is "master": what this process does: "api", "worker" or "all".',
      'PORT is "eighty": the TCP port to listen on, a whole number up to 65535 (0 takes any free one).',
    ]);
  });

  it.each([
    ['ISTHMUS_API_KEY', 'short'],
    ['ISTHMUS_SECRET_KEY', 'c3dvcmRmaXNo'],
    ['DATABASE_URL', 'mysql://root:swordfish@localhost/x'],
    ['REDIS_URL', 'localhost:6379'],
  ])('refuses a wrong %s without showing the value', (name, value) => {
    const [message = '', ...more] = faultsOf({ [name]: value });
    expect(more).toEqual([]);
    expect(message).toMatch(new RegExp(`^${name} has a wrong value: `));
    expect(message).not.toContain(value);
  });

  it('warns of unknown variables and names the one that was meant', () => {
    const { warnings } = readConfig({ ISTHMUS_ROLL: 'api', ISTHMUS_COLOUR_SCHEME: 'x' }, { queue });
    expect(warnings).toEqual([
      'ISTHMUS_ROLL is not a setting of Isthmus and is ignored. Did you mean ISTHMUS_ROLE?',
      'ISTHMUS_COLOUR_SCHEME is not a setting of Isthmus and is ignored.',
    ]);
  });
});
