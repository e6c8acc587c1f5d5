/** Runs at build time only: what stands in the pages beside what Kit writes. */
import type { Handle } from '@sveltejs/kit';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import early from './early.js?raw';

/** Where the build keeps what it will serve, below the project. */
const CLIENT = '.svelte-kit/output/client';
const STYLESHEET = /[ \t]*<link href="(?<path>[^"]*)" rel="stylesheet"[^>]*>\n?/g;

/**
 * The styles of the first screen stand in the page itself, so that the first frame waits for no
 * request. Kit would also put those of every dialog there; they come with their code instead.
 */
function withOwnStyles(html: string): string {
	const paths = [...html.matchAll(STYLESHEET)].map(({ groups }) => groups?.['path'] ?? '');
	const own = paths.find((path) => path.includes('/first-screen.'));
	// The development server has no files.
	if (own === undefined) return html;
	const styles = readFileSync(`${CLIENT}${own}`, 'utf8').trim();
	const hash = createHash('sha256').update(styles).digest('base64');
	return (
		html
			.replaceAll(STYLESHEET, '')
			.replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`)
			// Disabled: Vite sees that they are there already when code asks for them.
			.replace(
				'</head>',
				() => `	<style>${styles}</style>
		<link href="${own}" rel="stylesheet" disabled media="(max-width: 0)">
	</head>`
			)
	);
}

const PRELOAD = /[ \t]*<link href="[^"]*" rel="modulepreload">\n?/g;

/**
 * A page that can be seen without its code is seen first: src/early.js asks for that behind the first
 * frame, from which its arrival would take the processor.
 */
const withLateScripts = (html: string): string =>
	html
		.replaceAll(PRELOAD, '')
		.replace(
			'</head>',
			() => `	<template id="scripts">${(html.match(PRELOAD) ?? []).join('')}</template>\n	</head>`
		);

export const handle: Handle = ({ event, resolve }) =>
	resolve(event, {
		transformPageChunk: ({ html }) =>
			(event.route.id === null ? withOwnStyles(html) : withLateScripts(withOwnStyles(html)))
				.replace('%parlance.early%', () => `<script>${early}</script>`)
				// A page that was rendered has a title of its own.
				.replace('%parlance.title%', () =>
					html.includes('<title>') ? '' : '<title>Parlance</title>'
				)
	});
