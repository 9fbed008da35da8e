// The rules of the house that a machine can hold: docs/adr/0006-house-rules.md says why each is there.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import prettier from 'eslint-config-prettier';

/** Which rooms a room may import from. Everything else is refused; `service` and `domain` import no room at all. */
const MAY_IMPORT = {
  domain: [],
  service: ['domain'],
  db: ['domain', 'service'],
  intake: ['domain', 'service', 'db', 'workflows'],
  workflows: ['domain', 'activities'],
  activities: ['domain', 'service', 'db'],
  api: ['domain', 'service', 'db', 'intake', 'workflows'],
  wallet: ['service'],
  worker: ['domain', 'service', 'db', 'intake', 'workflows', 'activities'],
  sim: ['service'],
};
const ROOMS = [...Object.keys(MAY_IMPORT), 'cli', 'stand', 'bench', 'test'];

const zones = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
  ROOMS.filter((other) => other !== room && !allowed.includes(other)).map((other) => ({
    target: `./${room}`,
    from: `./${other}`,
    message: `${room}/ may not import ${other}/ (see CONTRIBUTING.md, "Imports flow one way")`,
  })),
);

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.recon/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, importX.flatConfigs.typescript],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only service/config.ts reads the environment.' },
      ],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' }],
    },
  },
  {
    // `as const` is not an assertion about a type; `as` proper is left to decoders, which say so in their file name.
    files: ['**/*decode*.ts', '**/decoders/*.ts'],
    rules: { '@typescript-eslint/consistent-type-assertions': 'off' },
  },
  {
    files: ['service/config.ts', 'service/environment.ts', 'stand/**', 'test/**', 'bench/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  prettier,
);
