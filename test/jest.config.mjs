/** @type {import('jest').Config} */
export default {
  rootDir: '..',
  globalSetup: '<rootDir>/test/contract-setup.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/test/matrix/'],
  maxWorkers: 2,
  // Only a hang takes this long, on a machine that is busy with other files and browsers.
  testTimeout: 60_000,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['ts-jest', { useESM: true, tsconfig: 'test/tsconfig.json' }] },
};
