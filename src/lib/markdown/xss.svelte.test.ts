import fc from 'fast-check';
import { flushSync, mount, unmount } from 'svelte';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import payloads from './__fixtures__/xss.json' with { type: 'json' };
import { Markdown } from './index.ts';

/** Every script among the payloads calls this. */
const ran = vi.fn();
const requested: string[] = [];
const failures: string[] = [];
const reached = new PerformanceObserver((list) => {
	for (const { name } of list.getEntries())
		if (!name.startsWith(location.origin)) requested.push(name);
});
const onFailure = (event: ErrorEvent) => failures.push(event.message);

beforeAll(() => {
	Object.assign(window, { __ran: ran, alert: ran });
	window.addEventListener('error', onFailure);
	reached.observe({ type: 'resource', buffered: false });
});

afterAll(() => {
	reached.disconnect();
	window.removeEventListener('error', onFailure);
});

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

function show(text: string, streaming: boolean) {
	const host = document.createElement('div');
	document.body.append(host);
	const props = $state({ text, streaming });
	const component = mount(Markdown, { target: host, props });
	flushSync();
	cleanups.push(async () => {
		await unmount(component);
		host.remove();
	});
	return { host, props };
}

const elements = new Set(
	'a b blockquote br button cite code del div em h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p path pre q s samp small span strong sub sup svg table tbody td th thead tr u ul var math mrow mi mo mn mtext mspace mstyle mfrac msup msub msubsup munder mover munderover mtable mtr mtd mpadded mphantom menclose msqrt mroot merror semantics'.split(
		' '
	)
);

/** What in the page an attacker could use; empty when all is well. */
function dangers(host: HTMLElement): string[] {
	const found: string[] = [];
	for (const element of host.querySelectorAll('*')) {
		const name = element.localName;
		if (!elements.has(name)) found.push(`<${name}>`);
		for (const { name: attribute, value } of element.attributes) {
			if (
				/^on|^style$|^id$|^name$|^srcset$|^srcdoc$|^ping$|^form|^xlink|^action$|^background$/i.test(
					attribute
				)
			) {
				found.push(`${name}[${attribute}]`);
			}
			if (attribute === 'href' && !(name === 'a' && /^(?:https?|mailto):/.test(value)))
				found.push(`${name}[href=${value}]`);
			if (attribute === 'src' && !/^data:image\/(?:png|jpeg|gif|webp|avif);base64,/.test(value))
				found.push(`${name}[src=${value}]`);
		}
	}
	return found;
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** Lets formulas be typeset and whatever was started come to its end. */
async function settle(host: HTMLElement): Promise<void> {
	for (const element of host.querySelectorAll('*')) {
		element.dispatchEvent(new Event('pointerenter'));
		element.dispatchEvent(new Event('mouseover'));
	}
	await turn();
	await new Promise((resolve) => requestAnimationFrame(resolve));
	await turn();
}

function expectHarmless(host: HTMLElement, text: string): void {
	expect(dangers(host), text).toEqual([]);
	expect(ran, text).not.toHaveBeenCalled();
}

test('there are more than 100 payloads, no two alike', () => {
	expect(new Set(payloads).size).toBe(payloads.length);
	expect(payloads.length).toBeGreaterThan(100);
});

test('no payload becomes more than text, shown whole', async () => {
	for (const text of payloads) {
		const { host } = show(text, false);
		await settle(host);
		expectHarmless(host, text);
	}
	await vi.waitFor(() => {
		expect(document.querySelector('math')).not.toBeNull();
	});
	for (const host of document.querySelectorAll<HTMLElement>('.markdown'))
		expectHarmless(host, host.textContent);
	expect(requested).toEqual([]);
	expect(failures).toEqual([]);
}, 60_000);

test('no payload becomes more than text, streamed in any cuts', async () => {
	const cuts = fc.sample(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }), {
		numRuns: payloads.length,
		seed: 7
	});
	for (const [index, text] of payloads.entries()) {
		const { host, props } = show('', true);
		const lengths = cuts[index] ?? [1];
		for (let end = 0, step = 0; end < text.length; step++) {
			end += lengths[step % lengths.length] ?? 1;
			props.text = text.slice(0, end);
			flushSync();
			if (step % 4 === 0) await turn();
			expectHarmless(host, props.text);
		}
		props.streaming = false;
		flushSync();
		await settle(host);
		expectHarmless(host, text);
	}
	expect(requested).toEqual([]);
	expect(failures).toEqual([]);
}, 60_000);

test('payloads inside each other and inside ordinary Markdown stay text', async () => {
	const wrap = fc.constantFrom(
		'> ',
		'- ',
		'# ',
		'**',
		'| a |\n|-|\n| ',
		'[x](https://a.example) ',
		'```html\n',
		'<b>',
		'\n\n'
	);
	const texts = fc.sample(
		fc.array(fc.tuple(wrap, fc.constantFrom(...payloads)), { minLength: 2, maxLength: 4 }),
		{ numRuns: 150, seed: 11 }
	);
	for (const parts of texts) {
		const text = parts.flat().join('');
		const { host } = show(text, false);
		await turn();
		expectHarmless(host, text);
	}
	expect(requested).toEqual([]);
}, 60_000);
