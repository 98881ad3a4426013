import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import plain from './test/lint/plain-words.mjs';

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'coverage/', 'docs/reference/', '**/node_modules/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A method is passed as the function at which the stack of an error starts, and not called.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**', 'test/**', 'examples/**'],
    // The words themselves stand in the tests of the rule.
    ignores: ['test/lint/**', 'test/docs/words.test.ts'],
    plugins: { plain },
    rules: { 'plain/words': 'error' },
  },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'A page can replace or seed it.' },
      ],
    },
  },
  {
    // Mistakes in a library that are common practice in a test.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: [
      'test/bench/browsers/{page,worker,frame}.mjs',
      'test/bench/browsers/{contenders,frames}/*.mjs',
      'test/bench/peers/frames/**/*.mjs',
      'test/soak/{hosts,system}/**/*.mjs',
      'test/versions/calls/{page,worker}.mjs',
    ],
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
  },
  {
    // Compiled by their own rules, with packages that need not be installed.
    files: ['test/frameworks/projects/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    // What a worker serves is there for its type.
    rules: { '@typescript-eslint/no-unused-vars': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['test/frameworks/projects/no-bundler/*'],
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ump: 'readonly' } },
  },
  {
    files: ['test/environments/jest/*'],
    languageOptions: { globals: globals.jest },
  },
  {
    files: ['test/environments/vitest/*', 'test/environments/plain/zone.mjs'],
    languageOptions: { globals: { ...globals.worker, Worker: 'readonly', Zone: 'readonly' } },
  },
);
