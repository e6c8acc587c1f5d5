import { watchOverflow } from './overflow.ts';
import { soon } from './slices.ts';
import { words } from './words.ts';

/** Shows the source of a formula at once, and its MathML when KaTeX is there. */
export function createFormula(source: string, tex: string, display: boolean): HTMLElement {
	const element = document.createElement('span');
	element.className = display ? 'formula display' : 'formula';
	element.textContent = source;
	import('./typeset.ts').then(
		({ typeset }) => {
			soon(() => {
				const fragment = typeset(tex, display);
				if (fragment === undefined) return;
				element.replaceChildren(fragment);
				element.classList.add('set');
				if (display) watchOverflow(element, element, words.formula);
			});
		},
		() => {
			// not loaded, perhaps offline: the source stays
		}
	);
	return element;
}
