// Writes the header files for usual web hosts from the rules that our own servers follow
// (sync-server/pb_hooks/rules.cjs).
import { readFileSync, writeFileSync } from 'node:fs';
import rules from '../sync-server/pb_hooks/rules.cjs';

/** @param {string} match @returns {Record<string, string>} */
const headersOf = (match) => rules.rules.find((rule) => rule.match === match)?.headers ?? {};
const everywhere = headersOf('/*');
const immutable = { ...everywhere, ...headersOf('/_app/immutable/*') };
const workers = { ...immutable, ...headersOf('/_app/immutable/workers/*') };
const serviceWorker = { ...everywhere, ...headersOf('/service-worker.js') };

const written = 'Written by scripts/headers.js from sync-server/pb_hooks/rules.cjs.';

/** @param {Record<string, string>} headers @param {(name: string, value: string) => string} line */
const lines = (headers, line) =>
	Object.entries(headers)
		.map(([name, value]) => line(name, value))
		.join('\n');

/**
 * Netlify and Cloudflare join what several rules say about one header. A policy joined with a policy
 * binds twice, which is meant; two cache rules would contradict each other, so the general one, which
 * is these hosts' own default, is left out.
 */
function netlify() {
	const blocks = rules.rules.map(({ match, headers }) => {
		const kept = { ...headers };
		if (match === '/*') delete kept['Cache-Control'];
		return `${match}\n${lines(kept, (name, value) => `  ${name}: ${value}`)}`;
	});
	return `# ${written}\n${blocks.join('\n')}\n`;
}

const redirects = `# ${written}
/_app/* /404 404
${rules.pages.map(({ match, file }) => `${match} ${file} 200`).join('\n')}
`;

/** @param {Record<string, string>} headers */
const nginxHeaders = (headers) =>
	lines(headers, (name, value) => `\t\tadd_header ${name} "${value}";`);

/** @param {string} location @param {string} files @param {Record<string, string>} headers */
const nginxLocation = (location, files, headers) =>
	`\tlocation ${location} {\n\t\ttry_files ${files};\n${nginxHeaders(headers)}\n\t}`;

/** @param {string} match */
const nginxMatch = (match) => (match.endsWith('*') ? match.slice(0, -1) : `= ${match}`);

const nginx = `# ${written}
# The app alone, without sync, from the files of build/. Missing files answer 404 without being kept.
server {
	listen 443 ssl;
	http2 on;
	server_name chat.example;
	ssl_certificate /etc/ssl/chat.example.pem;
	ssl_certificate_key /etc/ssl/chat.example.key;
	root /srv/parlance/build;
	include mime.types;
	types {
		application/manifest+json webmanifest;
	}
	charset utf-8;
	charset_types text/css text/javascript application/javascript;
	# Sends the .gz files of the build. With the brotli module: brotli_static on;
	gzip_static on;

${nginxLocation('^~ /_app/immutable/workers/', '$uri =404', workers)}
${nginxLocation('^~ /_app/immutable/', '$uri =404', immutable)}
${nginxLocation('= /service-worker.js', '$uri =404', serviceWorker)}
${nginxLocation('^~ /_app/', '$uri =404', everywhere)}
${nginxLocation('~ \\.[^/]*$', '$uri =404', everywhere)}
${rules.pages.map(({ match, file }) => nginxLocation(nginxMatch(match), `${file} =404`, everywhere)).join('\n')}
}
`;

/** @param {string} matcher @param {Record<string, string>} headers */
const caddyHeaders = (matcher, headers) =>
	`\theader${matcher} {\n${lines(headers, (name, value) => `\t\t${name} "${value}"`)}\n\t}`;

/** @param {{ match: string, file: string }} page */
const caddyPage = ({ match, file }) => `	handle ${match} {
		rewrite * ${file}
		file_server {
			precompressed br gzip
		}
	}`;

const caddy = `# ${written}
# The app alone, without sync, from the files of build/. Missing files answer 404 without being kept.
chat.example {
	root * /srv/parlance/build

	@immutable {
		path /_app/immutable/*
		file
	}
	@workers {
		path /_app/immutable/workers/*
		file
	}
${caddyHeaders('', everywhere)}
${caddyHeaders(' @immutable', headersOf('/_app/immutable/*'))}
${caddyHeaders(' @workers', headersOf('/_app/immutable/workers/*'))}
${caddyHeaders(' /service-worker.js', headersOf('/service-worker.js'))}

	@file path_regexp ^/_app/|\\.[^/]*$
	handle @file {
		file_server {
			precompressed br gzip
		}
	}
${rules.pages.map(caddyPage).join('\n')}
}
`;

/** The files as they should be, by their path in the project. @type {Readonly<Record<string, string>>} */
export const headerFiles = {
	'static/_headers': netlify(),
	'static/_redirects': redirects,
	'sync-server/hosts/nginx.conf': nginx,
	'sync-server/hosts/Caddyfile': caddy
};

/** @param {string} path */
const at = (path) => new URL(`../${path}`, import.meta.url);

/** The files that do not say what the rules say. */
export const staleHeaderFiles = () =>
	Object.entries(headerFiles)
		.filter(([path, text]) => {
			try {
				return readFileSync(at(path), 'utf8') !== text;
			} catch {
				return true;
			}
		})
		.map(([path]) => path);

if (process.argv[1] === import.meta.filename) {
	for (const [path, text] of Object.entries(headerFiles)) writeFileSync(at(path), text);
	console.log(`Written: ${Object.keys(headerFiles).join(', ')}`);
}
