/** Who may import whom. `npm run lint:deps` prints the offending import. */
const MAY_IMPORT = {
  // Reading and writing of JSON, below all others (docs/decisions/0002-json-library.md).
  json: [],
  canonical: ['json'],
  'connector-kit': ['json'],
  'api-contract': [],
  platform: [],
  mapping: ['json', 'canonical'],
  decide: ['json', 'canonical'],
  ledger: ['json', 'canonical'],
  queue: ['ledger'],
  connectors: ['json', 'connector-kit', 'conformance'],
  conformance: ['json', 'connector-kit'],
  stages: ['json', 'canonical', 'mapping', 'decide', 'ledger', 'queue', 'connector-kit'],
};
const SPEC = '([.]spec[.]ts$|^tests/)';
/** Generators that run while building, not in the product. */
const TOOL = '^libs/[^/]+/scripts/';
const PURE = '^libs/(json|canonical|mapping|decide|connector-kit|connectors|api-contract)/';
/** Libraries where NestJS is at home; the others do not know that there is a framework. */
const NEST = '^(apps/(hub|cli|sandbox)|libs/(ledger|queue|platform))/';
const FRAMEWORKS = ['@nestjs', '@bull-board', '@fastify', 'fastify', 'typeorm', 'pg', 'bull', 'ioredis'];

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });
const npm = (...names) => `node_modules/(${names.join('|')})(/|$)`;

module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([lib, allowed]) =>
      forbid(
        `${lib}-imports-only-its-list`,
        { path: `^libs/${lib}/`, pathNot: SPEC },
        {
          path: '^(libs|apps|tests|scripts)/',
          pathNot: [`^libs/${lib}/`, ...allowed.map((other) => `^libs/${other}/src/index[.]ts$`)],
        },
      ),
    ),
    forbid('every-library-is-listed', { path: '^libs/', pathNot: `^libs/(${Object.keys(MAY_IMPORT).join('|')})/` }, {}),
    forbid(
      'library-through-its-index',
      { path: '^(apps|libs|tests)/([^/]+)/' },
      { path: '^libs/([^/]+)/src/', pathNot: ['^libs/$2/', '^libs/[^/]+/src/index[.]ts$'] },
    ),
    forbid(
      'stages-meet-in-the-ledger',
      // What all four stages are handed lies beside their folders, not inside one of them.
      { path: '^libs/stages/src/(capture|merge|deliver|reconcile)/', pathNot: SPEC },
      { path: '^libs/stages/src/(capture|merge|deliver|reconcile)/', pathNot: '^libs/stages/src/$1/' },
    ),
    forbid(
      'connectors-are-islands',
      { path: '^libs/connectors/src/([^/]+)/' },
      { path: '^libs/connectors/src/', pathNot: '^libs/connectors/src/$1/' },
    ),
    forbid('no-app-to-app', { path: '^apps/([^/]+)/' }, { path: '^apps/', pathNot: '^apps/$1/' }),
    forbid(
      'console-knows-the-api-only',
      { path: '^apps/console/' },
      { path: '^libs/', pathNot: '^libs/api-contract/' },
    ),
    forbid('sandbox-shares-no-code-with-what-it-tests', { path: '^apps/sandbox/' }, { path: '^libs/' }),
    forbid('pure-libraries-know-no-framework', { path: PURE, pathNot: SPEC }, { path: npm(...FRAMEWORKS) }),
    forbid(
      'pure-libraries-do-no-io',
      // The kit speaks to far sides and guards their addresses; connectors do so through the kit only.
      { path: PURE, pathNot: [SPEC, TOOL, '^libs/connector-kit/'] },
      { dependencyTypes: ['core'], path: '^(node:)?(fs|net|tls|dns|http|https|child_process|worker_threads)(/|$)' },
    ),
    forbid(
      'stages-know-no-framework',
      { path: '^libs/stages/', pathNot: SPEC },
      { path: npm(...FRAMEWORKS, 'axios', 'undici') },
    ),
    forbid('nest-where-nest-is', { path: '^(apps|libs)/', pathNot: [NEST, SPEC] }, { path: npm('@nestjs') }),
    forbid(
      'sql-in-the-ledger',
      { path: '^(libs|apps)/', pathNot: ['^libs/ledger/', SPEC] },
      { path: npm('typeorm', 'pg', '@nestjs/typeorm') },
    ),
    forbid('redis-in-the-queue', { path: '^libs/', pathNot: ['^libs/queue/', SPEC] }, { path: npm('bull', 'ioredis') }),
    forbid(
      'one-http-client',
      { path: '^libs/', pathNot: ['^libs/connector-kit/', SPEC] },
      { path: npm('axios', 'undici', 'request-filtering-agent') },
    ),
    forbid(
      'no-code-from-data',
      { path: '^(apps|libs)/' },
      { dependencyTypes: ['core'], path: '^(node:)?(vm|repl|inspector)(/|$)' },
    ),
    forbid('conformance-in-specs-only', { pathNot: ['^libs/conformance/', SPEC] }, { path: '^libs/conformance/' }),
    forbid('no-spec-in-product', { path: '^(apps|libs)/', pathNot: SPEC }, { path: SPEC }),
    forbid('no-cycle', {}, { circular: true }),
    forbid(
      'no-orphan',
      {
        orphan: true,
        pathNot: ['[.]d[.]ts$', SPEC, TOOL, 'main[.]ts$', '[.]config[.](js|mjs|cjs|ts)$', '/migrations/'],
      },
      {},
    ),
    forbid('resolvable', {}, { couldNotResolve: true }),
    forbid(
      'declared-dependencies-only',
      { path: '^(apps|libs)/', pathNot: [SPEC, TOOL, '^libs/conformance/', '^apps/console/'] },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|node_modules/[.]cache)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
