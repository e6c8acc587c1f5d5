import { expect, it } from 'vitest';
import { countPlaywright, countVitest } from './counts.js';

const vitest = {
	numPassedTests: 3,
	numFailedTests: 0,
	numPendingTests: 1,
	numTodoTests: 0,
	testResults: [{ status: 'passed', assertionResults: [{}] }]
};
const playwright = { stats: { expected: 4, unexpected: 1, flaky: 0, skipped: 2 } };

it('counts what the reports say', () => {
	expect(countVitest(vitest, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
	expect(countPlaywright(playwright, 1)).toEqual({ passed: 4, failed: 1, skipped: 2 });
});

it('a file that does not load is a failure', () => {
	const testResults = [{ status: 'failed', assertionResults: [] }];
	expect(countVitest({ ...vitest, testResults }, 1).failed).toBe(1);
});

it('a test that passed at the second try is a failure', () => {
	expect(countPlaywright({ stats: { ...playwright.stats, flaky: 1 } }, 0).failed).toBe(2);
});

it('a run that ended badly is never green', () => {
	expect(countVitest(vitest, 1).failed).toBe(1);
	expect(countVitest(undefined, 0).failed).toBe(1);
	expect(countPlaywright(undefined, 0).failed).toBe(1);
	expect(countPlaywright({ stats: { ...playwright.stats, unexpected: 0 } }, 1).failed).toBe(1);
});
