import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const features = readdirSync('src/lib');
const testImports = [
	{ regex: '^\\$lib(/|$)', message: 'Use #lib/<feature>.' },
	{
		regex: '^#lib/[^/]+/(?!engine$|testing$|.*\\.svelte$)',
		message: 'Import the feature, not its insides.'
	},
	{ regex: '^(\\.\\./)+lib/', message: 'Use #lib/<feature>.' },
	{
		regex: `^(\\.\\./)+(${features.join('|')})/`,
		message: 'Use #lib/<feature>; relative imports stay inside a feature.'
	},
	{ regex: '^\\$app/stores$', message: 'Use $app/state.' },
	{ regex: '^\\$env/', message: 'Deprecated in Kit 3.' }
];
const featureImports = [
	...testImports,
	{ regex: '^#lib/[^/]+/testing$', message: 'What tests share is no part of the app.' }
];
const pageImports = [
	...featureImports,
	{ regex: '^#lib/[^/]+/engine$', message: 'Engine code runs in the worker, not in the page.' }
];

/** Files that run in the page. What they import runs there too, so index.ts is the gate. */
const pageFiles = [
	'src/routes/**',
	'src/lib/{app,ui,markdown,trusted}/**',
	'src/lib/*/index.ts',
	'src/lib/**/*.svelte',
	'src/lib/**/*.svelte.ts'
];

export default defineConfig(
	globalIgnores([
		'build/',
		'.svelte-kit/',
		'sync-server/pb_data/',
		'test-results/',
		'playwright-report/'
	]),
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] }
		},
		rules: {
			'no-undef': 'off',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/consistent-type-imports': 'error'
		}
	},
	{
		files: ['src/**/*.ts', 'src/**/*.svelte'],
		plugins: { 'import-x': importX },
		rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }] }
	},
	{
		files: ['src/**'],
		rules: { 'no-restricted-imports': ['error', { patterns: featureImports }] }
	},
	{
		files: pageFiles,
		ignores: ['**/*.test.ts'],
		rules: { 'no-restricted-imports': ['error', { patterns: pageImports }] }
	},
	{
		files: ['src/**/*.test.ts', 'src/**/__fixtures__/**/*.ts'],
		rules: { 'no-restricted-imports': ['error', { patterns: testImports }] }
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		// Maps beside `$state` are caches and bookkeeping: nothing on the screen follows them.
		rules: { 'svelte/prefer-svelte-reactivity': 'off' }
	},
	{
		files: ['sync-server/pb_hooks/**', 'sync-server/pb_migrations/**'],
		extends: [ts.configs.disableTypeChecked],
		languageOptions: { sourceType: 'commonjs' },
		rules: {
			'@typescript-eslint/no-require-imports': 'off',
			// Takes every file for a module.
			'svelte/no-inner-declarations': 'off'
		}
	},
	{
		// The type-aware rules do not see JSDoc casts: what comes out of a page stays `any` to them.
		files: ['bench/**/*.js'],
		rules: {
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/prefer-promise-reject-errors': 'off',
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }]
		}
	}
);
