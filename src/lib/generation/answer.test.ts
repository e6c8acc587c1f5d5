import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingAnswer } from './answer.ts';

describe('a growing answer', () => {
	it('is what its pieces say, at the offsets they name', () => {
		const pieces = fc.array(
			fc.record({ part: fc.constantFrom('text', 'reasoning'), delta: fc.string() })
		);
		fc.assert(
			fc.property(pieces, fc.string(), (deltas, before) => {
				const answer = new GrowingAnswer(before === '' ? [] : [{ type: 'text', text: before }]);
				const shown = { text: before, reasoning: '' };
				deltas.forEach(({ part, delta }, at) => {
					const added =
						part === 'text' ? answer.addText(delta, at) : answer.addReasoning(delta, at);
					expect(added.offset).toBe(shown[added.part].length);
					shown[added.part] += added.text;
				});
				const stored = { text: '', reasoning: '' };
				for (const part of answer.parts)
					if (part.type === 'text' || part.type === 'reasoning') stored[part.type] += part.text;
				expect(stored).toEqual(shown);
				expect(answer.arrived).toBe(shown.reasoning + shown.text.slice(before.length));
			})
		);
	});

	it('knows how long it reasoned once that is over, pauses left out', () => {
		const answer = new GrowingAnswer();
		answer.addReasoning('Hm', 1000);
		answer.addReasoning('…', 1500);
		expect(answer.parts).toEqual([{ type: 'reasoning', text: 'Hm…' }]);
		answer.addText('A', 2000);
		answer.addReasoning('Wait', 5000);
		answer.addText('B', 5500);
		expect(answer.parts).toEqual([
			{ type: 'reasoning', text: 'Hm…\n\nWait', durationMs: 1500 },
			{ type: 'text', text: 'AB' }
		]);
	});

	it('has no empty parts', () => {
		expect(new GrowingAnswer().parts).toEqual([]);
	});
});
