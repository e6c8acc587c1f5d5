/** KaTeX, in a chunk of its own: loaded when the first formula is shown. */
import katex from 'katex';
import { sanitizeMaths } from './sanitize.ts';

/** The formula as MathML, or `undefined` when KaTeX cannot read it. */
export function typeset(tex: string, display: boolean): DocumentFragment | undefined {
	try {
		const markup = katex.renderToString(tex, {
			displayMode: display,
			output: 'mathml',
			throwOnError: true,
			strict: 'ignore',
			trust: false,
			maxExpand: 300,
			maxSize: 20
		});
		const fragment = sanitizeMaths(markup);
		return fragment.querySelector('math') === null ? undefined : fragment;
	} catch {
		return undefined;
	}
}
