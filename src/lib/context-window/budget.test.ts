import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from './budget.ts';

const tokens = fc.option(fc.oneof(fc.integer(), fc.double()), { nil: undefined });

describe('budgetOf', () => {
	it('never gives more than the window holds beside answer and margin, nor less than nothing', () => {
		fc.assert(
			fc.property(tokens, tokens, tokens, tokens, (window, output, modelOutput, perMinute) => {
				const budget = budgetOf({
					contextWindow: window,
					maxOutputTokens: output,
					modelMaxOutput: modelOutput,
					tokensPerMinute: perMinute
				});
				expect(budget.input).toBeGreaterThanOrEqual(0);
				expect(budget.reservedOutput).toBeGreaterThanOrEqual(0);
				expect(budget.input + budget.reservedOutput).toBeLessThanOrEqual(budget.window);
				if (perMinute !== undefined && perMinute >= 1)
					expect(budget.window).toBeLessThanOrEqual(perMinute);
			})
		);
	});

	it('leaves most of a small per-minute limit to the input', () => {
		const budget = budgetOf({ contextWindow: 131_072, tokensPerMinute: 6_000 });
		expect(budget.boundBy).toBe('tokens-per-minute');
		expect(budget.input).toBeGreaterThan(4_000);
	});

	it('keeps the step when only the output setting changes', () => {
		const step = (maxOutputTokens: number) =>
			budgetOf({ contextWindow: 128_000, maxOutputTokens }).step;
		expect(step(100)).toBe(step(50_000));
	});
});
