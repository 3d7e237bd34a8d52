/**
 * Source is native ESM; inside jest it runs as CommonJS, because `require(esm)` needs a newer Node than we support
 * (docs/decisions/0001-native-esm-commonjs-in-jest.md).
 */
const typescript = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

export default {
  testEnvironment: '<rootDir>/tests/support/environment.cjs',
  testRegex: '\\.spec\\.ts$',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tests'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/apps/console/'],
  transformIgnorePatterns: [],
  moduleNameMapper: {
    '^@isthmus/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', typescript],
    '^.+\\.(m|c)?js$': '<rootDir>/tests/support/esm-packages.cjs',
  },
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
  // The first test that asks for a database waits until it is made, on a machine that may be busy.
  testTimeout: 30_000,
  // Tests wait for servers more than they compute.
  maxWorkers: '100%',
  coverageDirectory: 'coverage',
};
