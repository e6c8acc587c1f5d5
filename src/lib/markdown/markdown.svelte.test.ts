import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import gfm from './__fixtures__/gfm.json' with { type: 'json' };
import { Markdown } from './index.ts';

interface Shown {
	readonly host: HTMLElement;
	readonly props: { text: string; streaming: boolean };
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

function show(text: string, streaming = false): Shown {
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

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** What stands in the page, with text nodes joined and without what arrives later or for the reader. */
function shape(host: HTMLElement): Node {
	const copy = host.cloneNode(true) as HTMLElement;
	// Set once KaTeX is there: of two at different times.
	for (const formula of copy.querySelectorAll('.formula')) {
		formula.classList.remove('set');
		formula.replaceChildren('formula');
	}
	for (const lines of copy.querySelectorAll('.code-lines'))
		lines.replaceChildren(lines.textContent);
	for (const box of copy.querySelectorAll('[tabindex]')) {
		for (const name of ['tabindex', 'role', 'aria-label']) box.removeAttribute(name);
	}
	for (const element of copy.querySelectorAll('[class=""]')) element.removeAttribute('class');
	copy.normalize();
	return copy;
}

async function settled(host: HTMLElement, text: string): Promise<void> {
	await vi.waitFor(() => {
		expect(shape(host).isEqualNode(shape(show(text).host)), host.innerHTML).toBe(true);
	});
}

test('a text that streams in ends as the same nodes as when it is shown at once', async () => {
	for (const text of gfm) {
		const { host, props } = show('', true);
		for (let end = 0; end < text.length; end += 7) {
			props.text = text.slice(0, end);
			if (end % 3 === 0) await nextFrame();
		}
		props.text = text;
		props.streaming = false;
		await settled(host, text);
	}
}, 60_000);

test('settled blocks keep their nodes while the text grows', async () => {
	const { host, props } = show('First **one**.\n\nSecond', true);
	const first = host.querySelector('p');
	props.text += ' goes on\n\n- and a list\n';
	await vi.waitFor(() => {
		expect(host.querySelector('li')).not.toBeNull();
	});
	expect(host.querySelector('p')).toBe(first);
});

test('plain words that stream in show without waiting for markup', async () => {
	const { host, props } = show('The answer is', true);
	for (const word of [' quite', ' plain', ', it', ' is 42', ' **so**', ' there']) {
		props.text += word;
		await nextFrame();
	}
	await vi.waitFor(() => {
		expect(host.textContent).toBe('The answer is quite plain, it is 42 so there');
	});
	expect(host.querySelector('strong')?.textContent).toBe('so');
});

test('another text takes the place of the first', async () => {
	const { host, props } = show('one\n\ntwo');
	props.text = 'three';
	await vi.waitFor(() => {
		expect(host.textContent).toBe('three');
	});
});

test('a link opens outside and tells nothing', () => {
	const { host } = show(
		'[site](https://example.com/a?b=1&amp;c "Title") and [bad](javascript:alert(1))'
	);
	const links = [...host.querySelectorAll('a')];
	expect(links).toHaveLength(1);
	expect(links[0]?.href).toBe('https://example.com/a?b=1&c');
	expect(links[0]?.target).toBe('_blank');
	expect(links[0]?.rel).toBe('noopener noreferrer');
	expect(links[0]?.referrerPolicy).toBe('no-referrer');
	expect(host.textContent).toContain('bad');
});

test('a remote image is named, not loaded', () => {
	const { host } = show(
		'![A cat](https://pictures.example/cat.png) ![](data:image/png;base64,iVBORw0KGgo=)'
	);
	const placeholder = host.querySelector('.image-placeholder');
	expect(placeholder?.textContent).toBe('A cat on pictures.example Open image');
	expect(placeholder?.querySelector('a')?.href).toBe('https://pictures.example/cat.png');
	expect([...host.querySelectorAll('img')].map(({ src }) => src.slice(0, 22))).toEqual([
		'data:image/png;base64,'
	]);
});

test('formulas become MathML, money and what KaTeX cannot read stay text', async () => {
	const { host } = show('$5 and $10, $x^2$ and $\\nosuchmacro{$\n\n$$\n\\frac{1}{2}\n$$');
	await vi.waitFor(() => {
		expect(host.querySelectorAll('math')).toHaveLength(2);
	});
	expect(host.textContent).toContain('$5 and $10, ');
	expect(host.textContent).toContain('$\\nosuchmacro{$');
	expect(host.querySelector('.formula.display mfrac')).not.toBeNull();
	expect(host.querySelector('annotation, semantics annotation')).toBeNull();
});

test('code is coloured when its fence closes, and keeps its text', async () => {
	const { host, props } = show('```ts\nconst a = 1;', true);
	expect(host.querySelector('.code-language')?.textContent).toBe('TypeScript');
	props.text += '\n// note\n```\n';
	props.streaming = false;
	await vi.waitFor(
		() => {
			expect(host.querySelector('.code-keyword')?.textContent).toBe('const');
		},
		{ timeout: 5000 }
	);
	expect(host.querySelector('.code-comment')?.textContent).toBe('// note');
	expect(host.querySelector('code')?.textContent).toBe('const a = 1;\n// note');
});

function keyNamed(host: HTMLElement, name: string): HTMLButtonElement {
	const found = [...host.querySelectorAll('button')].find(
		(button) => button.getAttribute('aria-label') === name || button.textContent === name
	);
	if (found === undefined) throw new Error(`no key ${name}`);
	return found;
}

test('the keys of a code block wrap, copy and download', async () => {
	const { host } = show('```py\nprint(1)\n```');
	const wrap = keyNamed(host, 'Wrap lines');
	wrap.click();
	expect(wrap.getAttribute('aria-pressed')).toBe('true');
	expect(getComputedStyle(host.querySelector('pre') ?? host).whiteSpace).toBe('pre-wrap');

	const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
	const copy = keyNamed(host, 'Copy code');
	copy.click();
	expect(copied).toHaveBeenCalledWith('print(1)');
	await vi.waitFor(() => {
		expect(copy.textContent).toBe('Copied');
	});
	expect(keyNamed(host, 'Copy code')).toBe(copy);
	await vi.waitFor(
		() => {
			expect(copy.textContent).toBe('Copy');
		},
		{ timeout: 3000 }
	);

	const names: string[] = [];
	const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
		this: HTMLAnchorElement
	) {
		names.push(this.download);
	});
	keyNamed(host, 'Download code').click();
	click.mockRestore();
	expect(names).toEqual(['code.py']);
});

test('a long block folds and opens again, a watched one stays open', async () => {
	const linesOf = (word: string) =>
		Array.from({ length: 50 }, (_, index) => `${word} ${index + 1}`).join('\n');
	const code = linesOf('line');
	const { host } = show(`\`\`\`\n${code}\n\`\`\``);
	const hidden = () => host.querySelectorAll('.code-lines[hidden]').length;
	expect(hidden()).toBeGreaterThan(0);
	expect(host.querySelector('.code-lines')?.textContent.trimEnd().split('\n')).toHaveLength(24);
	keyNamed(host, 'Show all 50 lines').click();
	expect(hidden()).toBe(0);

	const watched = show('```\n', true);
	watched.props.text = `\`\`\`\n${linesOf('row')}\n\`\`\``;
	watched.props.streaming = false;
	await vi.waitFor(() => {
		expect(watched.host.textContent).toContain('row 50');
	});
	expect(watched.host.querySelector('.code-lines[hidden]')).toBeNull();

	// Shown again, both are as they were left.
	for (const word of ['line', 'row']) {
		const again = show(`\`\`\`\n${linesOf(word)}\n\`\`\``);
		expect(again.host.querySelectorAll('.code-lines').length).toBeGreaterThan(1);
		expect(again.host.querySelector('.code-lines[hidden]')).toBeNull();
	}
});

test('a wide table can be reached by keyboard, a narrow one is no stop', async () => {
	const wide = Array.from({ length: 30 }, (_, index) => `column${index}`).join(' | ');
	const { host } = show(`a | b\n-|-\n1 | 2\n\n${wide}\n${'-|'.repeat(30)}\n`);
	await vi.waitFor(() => {
		expect(
			[...host.querySelectorAll<HTMLElement>('.table-box')].map(({ tabIndex }) => tabIndex)
		).toEqual([-1, 0]);
	});
	expect(host.querySelector('.table-box[tabindex]')?.getAttribute('aria-label')).toBe('Table');
});

test('columns of numbers stand right, headings never skip a level', () => {
	const { host } = show(
		'| a | b |\n|---|---|\n| x | 1,200 |\n| y | 3 % |\n\n#### deep\n\n# top\n\n### below'
	);
	expect(host.querySelectorAll('td.right')).toHaveLength(2);
	expect([...host.querySelectorAll('h2, h3, h4')].map(({ tagName }) => tagName)).toEqual([
		'H2',
		'H2',
		'H3'
	]);
});

test('the caret stands behind the last glyph, pulses when nothing comes, and goes with the end', async () => {
	const { host, props } = show('text\n\n- one\n- **two**', true);
	const holder = () => host.querySelector('.caret');
	expect(holder()?.localName).toBe('li');
	expect(holder()?.textContent).toBe('two');
	await vi.waitFor(
		() => {
			expect(host.querySelector('.markdown.waiting')).not.toBeNull();
		},
		{ timeout: 3000 }
	);
	props.text += ' more\n\n```js\nlet';
	await vi.waitFor(() => {
		expect(holder()?.className).toContain('code-block');
	});
	expect(host.querySelector('.waiting')).toBeNull();
	props.streaming = false;
	await vi.waitFor(() => {
		expect(holder()).toBeNull();
	});
});

test('the caret can be seen before anything has arrived', async () => {
	const { host, props } = show('', true);
	const markdown = host.querySelector('.markdown') ?? host;
	const caret = (element: Element) => {
		const { content, width, height, fontSize } = getComputedStyle(element, '::after');
		return content === 'none' ? undefined : { width, isEm: height === fontSize };
	};
	expect(caret(markdown)).toEqual({ width: '7px', isEm: true });
	expect(markdown.getBoundingClientRect().height).toBeGreaterThan(14);
	await vi.waitFor(
		() => {
			expect(getComputedStyle(markdown, '::after').animationName).toBe('markdown-caret');
		},
		{ timeout: 3000 }
	);
	props.text = 'Here';
	await vi.waitFor(() => {
		expect(caret(host.querySelector('p') ?? markdown)).toEqual({ width: '7px', isEm: true });
	});
	expect(caret(markdown)).toBeUndefined();
	props.streaming = false;
	await vi.waitFor(() => {
		expect(caret(host.querySelector('p') ?? markdown)).toBeUndefined();
	});
});

test('a long text is kept in sections of which those out of sight rest', async () => {
	const { host, props } = show('', true);
	for (let count = 1; count <= 4; count++) {
		props.text += 'paragraph\n\n'.repeat(64);
		await vi.waitFor(() => {
			expect(host.querySelectorAll('p')).toHaveLength(64 * count);
		});
	}
	props.streaming = false;
	props.text += 'end';
	await vi.waitFor(() => {
		expect(host.querySelectorAll('.resting').length).toBeGreaterThan(0);
	});
	expect(host.querySelectorAll('.blocks')).toHaveLength(5);
	expect(host.querySelector('.blocks:last-child')?.className).toBe('blocks');
});
