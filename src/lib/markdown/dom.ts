/**
 * Views to nodes, and the smallest change from one view to the next. Elements and attributes are
 * those of `view.ts`; no string is ever parsed as HTML.
 */
import { CodeBlock } from './code-block.ts';
import { createFormula } from './formula.ts';
import { icon } from './icons.ts';
import { watchOverflow } from './overflow.ts';
import type { Attribute, ElementView, View } from './view.ts';
import { words } from './words.ts';

/** A view that is on the screen. */
export interface Mounted {
	view: View;
	/** One node, but for a long text, which is kept in several. */
	nodes: [ChildNode, ...ChildNode[]];
	children: Mounted[];
	readonly code?: CodeBlock;
}

export interface MountOptions {
	/** The text is being written while it is read. */
	readonly watched: boolean;
}

/** A text node that has grown to this many characters is followed by a new one. */
const nodeLength = 200;

function setAttributes(
	element: Element,
	before: ElementView['attributes'],
	after: ElementView['attributes']
): void {
	for (const name of Object.keys(before) as Attribute[])
		if (after[name] === undefined) element.removeAttribute(name);
	for (const [name, value] of Object.entries(after))
		if (before[name as Attribute] !== value) element.setAttribute(name, value);
}

function createElement(view: ElementView): HTMLElement {
	const element = document.createElement(view.tag);
	setAttributes(element, {}, view.attributes);
	if (element instanceof HTMLAnchorElement) leaveSafely(element);
	return element;
}

/** The page behind a link learns neither who opened it nor from where. */
function leaveSafely(link: HTMLAnchorElement): void {
	link.target = '_blank';
	link.rel = 'noopener noreferrer';
	link.referrerPolicy = 'no-referrer';
}

function createImage({ alt, source, inLink }: Extract<View, { type: 'image' }>): HTMLElement {
	if (source.kind === 'inline') {
		const image = document.createElement('img');
		image.alt = alt;
		image.decoding = 'async';
		image.src = source.address;
		return image;
	}
	const placeholder = document.createElement('span');
	placeholder.className = 'image-placeholder';
	const name = document.createElement('span');
	name.className = 'image-name';
	name.textContent = alt === '' ? words.image : alt;
	const host = document.createElement('span');
	host.className = 'image-host';
	host.textContent = words.imageFrom(source.host);
	placeholder.append(icon('image'), name, ' ', host);
	if (!inLink) {
		const link = document.createElement('a');
		link.href = source.address;
		leaveSafely(link);
		link.textContent = words.openImage;
		placeholder.append(' ', link);
	}
	return placeholder;
}

/** Builds the nodes of a view, not yet in the page. */
export function mount(view: View, options: MountOptions): Mounted {
	switch (view.type) {
		case 'text':
			return { view, nodes: [document.createTextNode(view.text)], children: [] };
		case 'element': {
			const element = createElement(view);
			const children = view.children.map((child) => mount(child, options));
			element.append(...children.flatMap(({ nodes }) => nodes));
			return { view, nodes: [element], children };
		}
		case 'table': {
			const box = document.createElement('div');
			box.className = 'table-box';
			const table = mount(view.table, options);
			box.append(...table.nodes);
			const [element] = table.nodes;
			if (element instanceof HTMLElement) watchOverflow(box, element, words.table);
			return { view, nodes: [box], children: [table] };
		}
		case 'code': {
			const code = new CodeBlock(view, options.watched);
			return { view, nodes: [code.element], children: [], code };
		}
		case 'formula':
			return { view, nodes: [createFormula(view.source, view.tex, view.display)], children: [] };
		case 'image':
			return { view, nodes: [createImage(view)], children: [] };
	}
}

/** Frees what a mounted view holds outside its nodes, and takes those away. */
export function unmount(mounted: Mounted): void {
	release(mounted);
	for (const node of mounted.nodes) node.remove();
}

function release(mounted: Mounted): void {
	mounted.code?.destroy();
	for (const child of mounted.children) release(child);
}

/** Adds text at the end of a mounted text. */
export function grow(mounted: Mounted, added: string): void {
	if (mounted.view.type !== 'text') return;
	mounted.view = { type: 'text', text: mounted.view.text + added };
	const last = mounted.nodes[mounted.nodes.length - 1];
	if (last instanceof Text && last.length < nodeLength) last.appendData(added);
	else if (last !== undefined) {
		const next = document.createTextNode(added);
		last.after(next);
		mounted.nodes.push(next);
	}
}

function patchText(mounted: Mounted, text: string): void {
	if (mounted.view.type !== 'text' || mounted.view.text === text) return;
	if (text.startsWith(mounted.view.text)) {
		grow(mounted, text.slice(mounted.view.text.length));
		return;
	}
	const [first, ...others] = mounted.nodes;
	for (const node of others) node.remove();
	if (first instanceof Text) first.data = text;
	mounted.nodes = [first];
	mounted.view = { type: 'text', text };
}

/** Changes what is mounted into `view`; false when it has to be replaced. */
function patch(mounted: Mounted, view: View, options: MountOptions): boolean {
	const before = mounted.view;
	const [node] = mounted.nodes;
	if (view.type === 'text' && before.type === 'text') {
		patchText(mounted, view.text);
		return true;
	}
	if (view.type === 'element' && before.type === 'element' && view.tag === before.tag) {
		if (!(node instanceof Element)) return false;
		setAttributes(node, before.attributes, view.attributes);
		patchAll(mounted.children, view.children, options, (added) => {
			node.append(...added);
		});
	} else if (view.type === 'table' && before.type === 'table') {
		const [table] = mounted.children;
		if (table === undefined || !patch(table, view.table, options)) return false;
	} else if (view.type === 'code' && before.type === 'code' && view.language === before.language) {
		mounted.code?.update(view);
	} else if (view.type === 'formula' && before.type === 'formula') {
		if (view.source !== before.source || view.display !== before.display) return false;
	} else if (view.type === 'image' && before.type === 'image') {
		if (JSON.stringify(view) !== JSON.stringify(before)) return false;
	} else return false;
	mounted.view = view;
	return true;
}

/**
 * Changes a row of mounted views into `views`, in place.
 * @param append puts new nodes behind the row
 */
export function patchAll(
	mounted: Mounted[],
	views: readonly View[],
	options: MountOptions,
	append: (nodes: readonly ChildNode[]) => void
): void {
	for (const surplus of mounted.splice(views.length)) unmount(surplus);
	for (const [index, view] of views.entries()) {
		const existing = mounted[index];
		if (existing !== undefined && patch(existing, view, options)) continue;
		const fresh = mount(view, options);
		mounted[index] = fresh;
		if (existing === undefined) append(fresh.nodes);
		else {
			existing.nodes[0].before(...fresh.nodes);
			unmount(existing);
		}
	}
}

/** Calls `visit` for every code block below. */
export function eachCode(mounted: readonly Mounted[], visit: (code: CodeBlock) => void): void {
	for (const { code, children } of mounted) {
		if (code !== undefined) visit(code);
		eachCode(children, visit);
	}
}
