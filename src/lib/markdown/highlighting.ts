/** Code to coloured runs, with highlight.js. Runs in the worker; tests call it directly. */
import hljs from 'highlight.js/lib/core';
import type { LanguageFn } from 'highlight.js';
import { kinds, type Kind } from './runs.ts';

type Grammar = () => Promise<{ default: LanguageFn }>;

const grammars: Readonly<Record<string, Grammar>> = {
	bash: () => import('highlight.js/lib/languages/bash'),
	c: () => import('highlight.js/lib/languages/c'),
	clojure: () => import('highlight.js/lib/languages/clojure'),
	cmake: () => import('highlight.js/lib/languages/cmake'),
	cpp: () => import('highlight.js/lib/languages/cpp'),
	csharp: () => import('highlight.js/lib/languages/csharp'),
	css: () => import('highlight.js/lib/languages/css'),
	dart: () => import('highlight.js/lib/languages/dart'),
	diff: () => import('highlight.js/lib/languages/diff'),
	dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
	elixir: () => import('highlight.js/lib/languages/elixir'),
	erlang: () => import('highlight.js/lib/languages/erlang'),
	fsharp: () => import('highlight.js/lib/languages/fsharp'),
	go: () => import('highlight.js/lib/languages/go'),
	graphql: () => import('highlight.js/lib/languages/graphql'),
	groovy: () => import('highlight.js/lib/languages/groovy'),
	haskell: () => import('highlight.js/lib/languages/haskell'),
	http: () => import('highlight.js/lib/languages/http'),
	ini: () => import('highlight.js/lib/languages/ini'),
	java: () => import('highlight.js/lib/languages/java'),
	javascript: () => import('highlight.js/lib/languages/javascript'),
	json: () => import('highlight.js/lib/languages/json'),
	julia: () => import('highlight.js/lib/languages/julia'),
	kotlin: () => import('highlight.js/lib/languages/kotlin'),
	latex: () => import('highlight.js/lib/languages/latex'),
	less: () => import('highlight.js/lib/languages/less'),
	lua: () => import('highlight.js/lib/languages/lua'),
	makefile: () => import('highlight.js/lib/languages/makefile'),
	markdown: () => import('highlight.js/lib/languages/markdown'),
	matlab: () => import('highlight.js/lib/languages/matlab'),
	nginx: () => import('highlight.js/lib/languages/nginx'),
	nix: () => import('highlight.js/lib/languages/nix'),
	objectivec: () => import('highlight.js/lib/languages/objectivec'),
	ocaml: () => import('highlight.js/lib/languages/ocaml'),
	perl: () => import('highlight.js/lib/languages/perl'),
	php: () => import('highlight.js/lib/languages/php'),
	powershell: () => import('highlight.js/lib/languages/powershell'),
	protobuf: () => import('highlight.js/lib/languages/protobuf'),
	python: () => import('highlight.js/lib/languages/python'),
	r: () => import('highlight.js/lib/languages/r'),
	ruby: () => import('highlight.js/lib/languages/ruby'),
	rust: () => import('highlight.js/lib/languages/rust'),
	scala: () => import('highlight.js/lib/languages/scala'),
	scss: () => import('highlight.js/lib/languages/scss'),
	shell: () => import('highlight.js/lib/languages/shell'),
	sql: () => import('highlight.js/lib/languages/sql'),
	swift: () => import('highlight.js/lib/languages/swift'),
	typescript: () => import('highlight.js/lib/languages/typescript'),
	vbnet: () => import('highlight.js/lib/languages/vbnet'),
	verilog: () => import('highlight.js/lib/languages/verilog'),
	wasm: () => import('highlight.js/lib/languages/wasm'),
	x86asm: () => import('highlight.js/lib/languages/x86asm'),
	xml: () => import('highlight.js/lib/languages/xml'),
	yaml: () => import('highlight.js/lib/languages/yaml')
};

/** Grammars that quote others inside. */
const embedded: Readonly<Record<string, readonly string[]>> = {
	xml: ['css', 'javascript'],
	markdown: ['xml'],
	php: ['xml'],
	shell: ['bash'],
	http: ['json', 'xml']
};

const kindByScope: Readonly<Record<string, Kind>> = {
	keyword: 'keyword',
	literal: 'keyword',
	name: 'keyword',
	'selector-tag': 'keyword',
	'meta keyword': 'keyword',
	deletion: 'keyword',
	operator: 'plain',
	string: 'string',
	regexp: 'string',
	char: 'string',
	addition: 'string',
	link: 'string',
	'template-tag': 'string',
	subst: 'plain',
	number: 'number',
	symbol: 'number',
	bullet: 'number',
	title: 'function',
	'title function_': 'function',
	section: 'function',
	attr: 'function',
	'title class_': 'type',
	type: 'type',
	built_in: 'type',
	class: 'type',
	attribute: 'type',
	'selector-class': 'type',
	'selector-id': 'type',
	'selector-attr': 'type',
	'selector-pseudo': 'type',
	'template-variable': 'type',
	comment: 'comment',
	quote: 'comment',
	doctag: 'comment',
	meta: 'comment'
};

async function load(name: string): Promise<boolean> {
	if (hljs.getLanguage(name) !== undefined) return true;
	const grammar = Object.hasOwn(grammars, name) ? grammars[name] : undefined;
	if (grammar === undefined) return false;
	await Promise.all((embedded[name] ?? []).map(load));
	hljs.registerLanguage(name, (await grammar()).default);
	return true;
}

function kindOf(classes: string): Kind | undefined {
	const scope = classes.replace(/hljs-/g, '').replace(/ inherited__/g, '');
	return kindByScope[scope] ?? kindByScope[scope.split(' ')[0] ?? ''];
}

const characters: Readonly<Record<string, string>> = {
	'&amp;': '&',
	'&lt;': '<',
	'&gt;': '>',
	'&quot;': '"',
	'&#x27;': "'"
};

/** Reads highlight.js's own markup back: spans with classes and five character references, nothing else. */
function readRuns(markup: string): Uint32Array {
	const runs: number[] = [];
	const open: Kind[] = [];
	for (const [part] of markup.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
		if (part === '</span>') open.pop();
		else if (part.startsWith('<span'))
			open.push(kindOf(part.slice(13, -2)) ?? open.at(-1) ?? 'plain');
		else {
			const { length } = part.replace(
				/&(?:amp|lt|gt|quot|#x27);/g,
				(name) => characters[name] ?? name
			);
			const kind = kinds.indexOf(open.at(-1) ?? 'plain');
			if (runs.at(-1) === kind) runs.push((runs.splice(-2)[0] ?? 0) + length, kind);
			else runs.push(length, kind);
		}
	}
	return Uint32Array.from(runs);
}

/**
 * Pairs of length and kind (an index of `kinds`) that cover `code` from start to end.
 * @returns `undefined` when nobody knows the grammar
 */
export async function highlight(code: string, grammar: string): Promise<Uint32Array | undefined> {
	if (!(await load(grammar))) return undefined;
	return readRuns(hljs.highlight(code, { language: grammar, ignoreIllegals: true }).value);
}
