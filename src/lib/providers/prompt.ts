import type { GenerateRequest, PromptMessage, PromptPart } from './types.ts';

/** The unsaved turn that asks a model to go on where its answer broke off. */
export const continueWords =
	'Your answer was cut off. Go on exactly where it stopped: no repetition, no comment, no greeting, and begin in the middle of the word or line if that is where it ended.';

const beginningWords = '(Earlier messages are left out.)';

const isEmpty = (part: PromptPart): boolean => part.type === 'text' && part.text === '';

/**
 * The turns that go out, in the one order every provider takes: beginning with the person,
 * strictly alternating, none empty. A partial answer to go on from comes last: as a bare assistant
 * turn (`prefill`), or followed by a turn that asks to go on.
 */
export function promptTurns(request: GenerateRequest, prefill: boolean): PromptMessage[] {
	const partial = request.continueFrom ?? '';
	const wanted: PromptMessage[] = [...request.messages];
	if (partial !== '') {
		const text = prefill ? partial.trimEnd() : partial;
		wanted.push({ role: 'assistant', parts: [{ type: 'text', text }] });
		if (!prefill) wanted.push({ role: 'user', parts: [{ type: 'text', text: continueWords }] });
	}
	const turns: { role: PromptMessage['role']; parts: PromptPart[] }[] = [];
	for (const message of wanted) {
		const parts = message.parts.filter((part) => !isEmpty(part));
		if (parts.length === 0) continue;
		const last = turns.at(-1);
		if (last === undefined && message.role === 'assistant')
			turns.push({ role: 'user', parts: [{ type: 'text', text: beginningWords }] });
		if (last?.role === message.role) last.parts.push(...parts);
		else turns.push({ role: message.role, parts });
	}
	return turns;
}

/** The text parts of a turn as one, separate messages set apart by a blank line. */
export function turnText(turn: PromptMessage): string {
	return turn.parts
		.filter((part) => part.type === 'text')
		.map((part) => part.text)
		.join('\n\n');
}

/** The images of a turn. */
export function turnImages(turn: PromptMessage): Extract<PromptPart, { type: 'image' }>[] {
	return turn.parts.filter((part) => part.type === 'image');
}

/**
 * A prefill loses the white space at its end, because providers refuse it; a model then often
 * writes it again. This takes the part that is already there from the beginning of what arrives.
 */
export function repeatedStart(partial: string, delta: string): number {
	const end = partial.slice(partial.trimEnd().length);
	let length = Math.min(end.length, delta.length);
	while (length > 0 && !end.endsWith(delta.slice(0, length))) length--;
	return length;
}
