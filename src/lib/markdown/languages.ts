/** Languages that code blocks know: grammar, label, file extension, other names. */
interface Language {
	readonly grammar: string;
	readonly label: string;
	readonly extension: string;
}

const rows: readonly (readonly [
	grammar: string,
	label: string,
	extension: string,
	aliases?: string
])[] = [
	['bash', 'Bash', 'sh', 'sh zsh'],
	['c', 'C', 'c', 'h'],
	['clojure', 'Clojure', 'clj', 'clj'],
	['cmake', 'CMake', 'cmake'],
	['cpp', 'C++', 'cpp', 'c++ cc cxx hpp'],
	['csharp', 'C#', 'cs', 'c# cs'],
	['css', 'CSS', 'css'],
	['dart', 'Dart', 'dart'],
	['diff', 'Diff', 'diff', 'patch'],
	['dockerfile', 'Dockerfile', 'dockerfile', 'docker'],
	['elixir', 'Elixir', 'ex', 'ex exs'],
	['erlang', 'Erlang', 'erl', 'erl'],
	['fsharp', 'F#', 'fs', 'f# fs'],
	['go', 'Go', 'go', 'golang'],
	['graphql', 'GraphQL', 'graphql', 'gql'],
	['groovy', 'Groovy', 'groovy', 'gradle'],
	['haskell', 'Haskell', 'hs', 'hs'],
	['http', 'HTTP', 'http'],
	['ini', 'INI', 'ini', 'conf cfg properties env dotenv'],
	['java', 'Java', 'java'],
	['javascript', 'JavaScript', 'js', 'js jsx mjs cjs node'],
	['json', 'JSON', 'json', 'jsonc json5 jsonl'],
	['julia', 'Julia', 'jl', 'jl'],
	['kotlin', 'Kotlin', 'kt', 'kt kts'],
	['latex', 'LaTeX', 'tex', 'tex'],
	['less', 'Less', 'less'],
	['lua', 'Lua', 'lua'],
	['makefile', 'Makefile', 'mk', 'make mk'],
	['markdown', 'Markdown', 'md', 'md mdx'],
	['matlab', 'MATLAB', 'm', 'octave'],
	['nginx', 'nginx', 'conf', 'nginxconf'],
	['nix', 'Nix', 'nix'],
	['objectivec', 'Objective-C', 'm', 'objc objective-c'],
	['ocaml', 'OCaml', 'ml', 'ml'],
	['perl', 'Perl', 'pl', 'pl'],
	['php', 'PHP', 'php'],
	['powershell', 'PowerShell', 'ps1', 'ps ps1 pwsh'],
	['protobuf', 'Protocol Buffers', 'proto', 'proto'],
	['python', 'Python', 'py', 'py python3 gyp'],
	['r', 'R', 'r'],
	['ruby', 'Ruby', 'rb', 'rb'],
	['rust', 'Rust', 'rs', 'rs'],
	['scala', 'Scala', 'scala', 'sc'],
	['scss', 'SCSS', 'scss', 'sass'],
	['shell', 'Shell session', 'sh', 'console shellsession'],
	['sql', 'SQL', 'sql', 'mysql postgresql postgres sqlite plsql tsql'],
	['swift', 'Swift', 'swift'],
	['typescript', 'TypeScript', 'ts', 'ts tsx mts cts'],
	['vbnet', 'Visual Basic', 'vb', 'vb'],
	['verilog', 'Verilog', 'v', 'v sv systemverilog'],
	['wasm', 'WebAssembly', 'wat', 'wat'],
	['x86asm', 'Assembly', 'asm', 'asm nasm assembly'],
	['yaml', 'YAML', 'yaml', 'yml']
];

const languages = new Map<string, Language>();
for (const [grammar, label, extension, aliases = ''] of rows) {
	for (const name of [grammar, ...aliases.split(' ')])
		languages.set(name, { grammar, label, extension });
}
for (const [name, label, extension] of [
	['html', 'HTML', 'html'],
	['xhtml', 'HTML', 'html'],
	['xml', 'XML', 'xml'],
	['svg', 'SVG', 'svg'],
	['vue', 'Vue', 'vue'],
	['svelte', 'Svelte', 'svelte']
] as const) {
	languages.set(name, { grammar: 'xml', label, extension });
}
languages.set('toml', { grammar: 'ini', label: 'TOML', extension: 'toml' });
languages.delete('');

/** What is known of the name behind a code fence; `undefined` for names nobody registered. */
export const findLanguage = (name: string): Language | undefined => languages.get(name);
