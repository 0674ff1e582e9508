import tsdoc from 'eslint-plugin-tsdoc';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/', '**/build/', '**/generated/', '**/api-report.d.ts', '**/coverage/', '.nx/'] },
  {
    files: ['native/**/*.ts', 'packages/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'e2e/**/*.ts', '*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { tsdoc },
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      'tsdoc/syntax': 'error',
      'no-console': 'error',
      'max-depth': ['error', 3],
      'max-lines-per-function': ['error', { max: 60, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-imports': ['error', { patterns: [{ group: ['@occlum/*/*', '**/dist/*'], message: 'Import the package, not a file in it.' }] }],
    },
  },
  {
    files: ['native/src/**/*.ts', 'packages/*/src/**/*.ts'],
    ignores: ['packages/cli/src/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'process', message: 'Take what is needed as an argument; only @occlum/cli reads process.' }],
    },
  },
  {
    files: ['{native,packages/*,scripts}/test/**/*.ts', '{native,packages/*}/bench/**/*.ts', 'e2e/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['examples/*.mjs'],
    rules: { eqeqeq: 'error', 'max-depth': ['error', 3], 'max-lines-per-function': ['error', { max: 60 }], 'no-unused-vars': 'error', 'prefer-const': 'error' },
  },
  {
    files: ['scripts/*.ts', 'bench/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
