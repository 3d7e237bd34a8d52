import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformEnvironment, readEnvironment } from '@isthmus/platform';
import { parse } from 'yaml';
import { hubEnvironment } from '../../apps/hub/src/configuration/hub-environment.js';
import { readConfiguration } from '../../apps/hub/src/configuration/read-configuration.js';

/** What can be said of the container files without a container engine. */
const ROOT = join(__dirname, '../..');
const dockerfile = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8');
const composeText = readFileSync(join(ROOT, 'docker/docker-compose.yml'), 'utf8');
const compose = parse(composeText, { merge: true }) as Compose;

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas: number };
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

const { hub, worker, postgres, redis } = compose.services as Readonly<Record<string, Service>> & {
  hub: Service;
  worker: Service;
  postgres: Service;
  redis: Service;
};
const exampleNames = [...readFileSync(join(ROOT, 'docker/.env.example'), 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(
  (m) => m[1],
);

/** A value as compose fills it in: what `.env` says, else the default. */
function filled(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = env[name];
    if (value) return value;
    if (kind === '?' || kind === undefined) throw new Error(`${name} is needed`);
    return rest ?? '';
  });
}

const ENV = {
  POSTGRES_PASSWORD: 'a'.repeat(48),
  REDIS_PASSWORD: 'b'.repeat(48),
  ISTHMUS_API_KEY: 'c'.repeat(48),
  ISTHMUS_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
};

function settingsOf(service: Service): ReturnType<typeof read> {
  return read(
    Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, filled(value, ENV)])),
  );
}

function read(environment: Readonly<Record<string, string>>) {
  return readEnvironment(environment, { platform: platformEnvironment, hub: hubEnvironment });
}

describe('docker-compose.yml', () => {
  test.each([
    ['hub', hub, 'api'],
    ['worker', worker, 'worker'],
  ] as const)('gives the %s only variables that the hub knows, with values that it takes', (_name, service, role) => {
    const known = [...Object.keys(platformEnvironment.variables), ...Object.keys(hubEnvironment.variables)];
    expect(Object.keys(service.environment ?? {}).filter((variable) => !known.includes(variable))).toEqual([]);
    const { settings, warnings } = settingsOf(service);
    expect(warnings).toEqual([]);
    expect(settings.platform).toMatchObject({
      role,
      databaseUrl: `postgresql://isthmus:${ENV.POSTGRES_PASSWORD}@postgres:5432/isthmus`,
      redisUrl: `redis://:${ENV.REDIS_PASSWORD}@redis:6379`,
      secretKey: ENV.ISTHMUS_SECRET_KEY,
    });
    expect(settings.hub.host).toBe('0.0.0.0');
  });

  it('holds no secret, and will not start without one that is needed', () => {
    for (const secret of Object.keys(ENV)) {
      const uses = [...composeText.matchAll(new RegExp(`\\$\\{${secret}([^}]*)\\}`, 'g'))].map(
        (match) => match[1] ?? '',
      );
      expect(uses.length).toBeGreaterThan(0);
      expect(uses.filter((rest) => !rest.startsWith(':?'))).toEqual([]);
    }
  });

  it('uses only variables that .env.example explains, and the example holds no secret', () => {
    const used = [...composeText.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]).filter((name) => name !== 'NAME');
    expect([...new Set(used)].filter((name) => !exampleNames.includes(name))).toEqual([]);
    expect(exampleNames.filter((name) => !used.includes(name))).toEqual([]);
    const text = readFileSync(join(ROOT, 'docker/.env.example'), 'utf8');
    for (const secret of Object.keys(ENV)) expect(text).toMatch(new RegExp(`^${secret}=$`, 'm'));
  });

  it('may hand the whole .env to the hub without a variable being taken for a mistake', () => {
    expect(hub.env_file).toEqual(['.env']);
    const all = Object.fromEntries(exampleNames.map((name): [string, string] => [name ?? '', '']));
    expect(read({ ...all, ...ENV }).warnings).toEqual([]);
  });

  it('runs one hub and two workers, each only after what it needs is healthy', () => {
    expect(worker.deploy?.replicas).toBe(2);
    expect(hub.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
    expect(worker.depends_on).toEqual({ hub: { condition: 'service_healthy' } });
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    for (const service of [postgres, redis]) expect(service.healthcheck?.test.length).toBeGreaterThan(1);
  });

  it('keeps what PostgreSQL and Redis hold, and lets Redis refuse instead of evict', () => {
    expect(postgres.image).toMatch(/^postgres:16/);
    expect(redis.image).toMatch(/^redis:7/);
    const command = redis.command ?? [];
    for (const [option, value] of [
      ['--appendonly', 'yes'],
      ['--maxmemory-policy', 'noeviction'],
    ] as const)
      expect(command[command.indexOf(option) + 1]).toBe(value);
    expect([postgres.volumes, redis.volumes]).toEqual([['postgres:/var/lib/postgresql/data'], ['redis:/data']]);
  });

  it('names volumes, networks and services that it declares', () => {
    for (const service of Object.values(compose.services)) {
      const named = (service.volumes ?? [])
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((name) => !name.startsWith('.'));
      expect(named.filter((name) => !(name in compose.volumes))).toEqual([]);
      expect((service.networks ?? []).filter((name) => !(name in compose.networks))).toEqual([]);
      expect(Object.keys(service.depends_on ?? {}).filter((name) => !(name in compose.services))).toEqual([]);
    }
  });

  it('opens only the hub, and only to this machine unless told otherwise', () => {
    const opened = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(opened.map(([name, { ports }]) => [name, ports?.map((port) => filled(port, {}))])).toEqual([
      ['hub', ['127.0.0.1:3000:3000']],
    ]);
    expect(compose.networks['store']?.internal).toBe(true);
    for (const service of [postgres, redis]) expect(service.networks).toEqual(['store']);
  });

  it('loads a configuration file that is there and that the hub takes', () => {
    expect(hub.volumes).toContain('./config:/config:ro');
    expect(hub.environment?.['ISTHMUS_CONFIG']).toBe('/config/isthmus.yaml');
    expect(readConfiguration(join(ROOT, 'docker/config/isthmus.yaml'), {})).toMatchObject({
      connections: [],
      flows: [],
    });
  });
});

describe('the Dockerfile', () => {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const copied = lines
    .filter((line) => /^COPY (?!--from)/.test(line))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));

  it('copies files and folders that exist and that .dockerignore lets through', () => {
    const ignore = readFileSync(join(ROOT, 'docker/Dockerfile.dockerignore'), 'utf8').split('\n');
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter((path) => !ignore.includes(`!${path}`))).toEqual([]);
    expect(ignore).toEqual(expect.arrayContaining(['*', '**/.env', '**/.env.*', '**/node_modules']));
  });

  it('is where compose looks for it', () => {
    expect(existsSync(join(ROOT, 'docker', hub.build?.context ?? '', hub.build?.dockerfile ?? ''))).toBe(true);
  });

  it('starts and links what the build of the apps yields', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { bin: { isthmus: string } };
    const cli = `/app/${bin.isthmus}`;
    expect(dockerfile).toContain(`ln -s ${cli} /usr/local/bin/isthmus`);
    const outputs = [...dockerfile.matchAll(/dist\/(\w+)\/apps\/(\w+)\/src\/main\.js/g)];
    expect(outputs.length).toBeGreaterThanOrEqual(2);
    for (const [, folder, app] of outputs) {
      expect(existsSync(join(ROOT, `apps/${app}/src/main.ts`))).toBe(true);
      const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, `apps/${app}/tsconfig.app.json`), 'utf8')) as {
        compilerOptions: { outDir: string };
      };
      expect(compilerOptions.outDir).toBe(`../../dist/${folder}`);
    }
  });

  it('sets only variables that the hub knows, and runs as an ordinary user on a Node that is new enough', () => {
    const set = lines.find((line) => line.startsWith('ENV NODE_ENV')) ?? '';
    const names = set
      .split(/\s+/)
      .slice(1)
      .map((pair) => pair.split('=')[0] ?? '');
    const known = ['NODE_ENV', ...Object.keys(platformEnvironment.variables), ...Object.keys(hubEnvironment.variables)];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(lines.findIndex((line) => line.startsWith('USER '))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('CMD ')),
    );
    expect(Number(/ARG NODE_VERSION=(\d+)/.exec(dockerfile)?.[1])).toBeGreaterThanOrEqual(20);
  });
});
