// Counts the tests in the reports of Vitest and Playwright. A run that failed without a failed test
// (a file that does not load, an error between tests, a crash) counts as one failure: it must not
// read as green.
import * as v from 'valibot';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

const vitestReport = v.object({
	numPassedTests: v.number(),
	numFailedTests: v.number(),
	numPendingTests: v.number(),
	numTodoTests: v.number(),
	testResults: v.array(v.object({ status: v.string(), assertionResults: v.array(v.unknown()) }))
});

const playwrightReport = v.object({
	stats: v.object({
		expected: v.number(),
		unexpected: v.number(),
		flaky: v.number(),
		skipped: v.number()
	})
});

/** @param {Count} count @param {number} code the exit code @returns {Count} */
const honest = (count, code) =>
	code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;

/**
 * @param {unknown} report what the tool wrote, if anything
 * @param {number} code its exit code
 * @returns {Count}
 */
export function countVitest(report, code) {
	const parsed = v.safeParse(vitestReport, report);
	if (!parsed.success) return { passed: 0, failed: 1, skipped: 0 };
	const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
		parsed.output;
	const broken = testResults.filter(
		(file) => file.status === 'failed' && file.assertionResults.length === 0
	).length;
	return honest(
		{
			passed: numPassedTests,
			failed: numFailedTests + broken,
			skipped: numPendingTests + numTodoTests
		},
		code
	);
}

/**
 * @param {unknown} report what the tool wrote, if anything
 * @param {number} code its exit code
 * @returns {Count} a test that passed only when tried again counts as failed
 */
export function countPlaywright(report, code) {
	const parsed = v.safeParse(playwrightReport, report);
	if (!parsed.success) return { passed: 0, failed: 1, skipped: 0 };
	const { expected, unexpected, flaky, skipped } = parsed.output.stats;
	return honest({ passed: expected, failed: unexpected + flaky, skipped }, code);
}
