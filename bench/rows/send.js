import { median, paintedAt, spread } from '../measure.js';
import { idOf, seedLongConversation } from '../seed.js';
import { answerSettled, appReady, ask, seededPage, settled } from './page.js';

/** @typedef {import('playwright').Page} Page */
/** @typedef {{ toRequest: number, toPaint: number }} Turn ms */

/** Nobody types faster; what a question will need is loaded meanwhile. */
const typingMs = 1_000;

let turn = 0;

/** When Enter goes down in the composer, ms since the epoch. @param {Page} page */
const pressedAt = (page) =>
	page.evaluate(() => Number(Reflect.get(globalThis, 'pressedAt') ?? Number.NaN));

/**
 * @param {import('../run.js').Bench} bench @param {Page} page @param {number} tokens
 * @param {() => Promise<void>} done
 */
async function oneTurn(bench, page, tokens, done) {
	turn += 1;
	const opening = `Answer number ${turn}. `;
	bench.provider.next = { tokens, perSecond: 1_000, opening };
	await page.evaluate(() => {
		addEventListener(
			'keydown',
			(event) => {
				if (event.key === 'Enter')
					Object.assign(globalThis, { pressedAt: performance.timeOrigin + event.timeStamp });
			},
			{ capture: true, once: true }
		);
	});
	const first = paintedAt(page, opening.trim());
	await ask(page, 'How do I keep every word?', typingMs);
	const firstAt = await first;
	const { requestAt, firstAt: sentAt } = bench.provider.seen;
	await done();
	return { toRequest: requestAt - (await pressedAt(page)), toPaint: firstAt - sentAt };
}

/** Enter → request on the wire, first chunk → painted: with no and with a long history. @type {import('../run.js').Row} */
export async function send(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];

	const floorContext = await bench.browser.newContext();
	const floorPage = await floorContext.newPage();
	/** @type {Turn[]} */
	const floor = [];
	for (let run = 0; run < bench.runs + 1; run += 1) {
		await floorPage.goto(`${bench.provider.origin}/floor`);
		floor.push(
			await oneTurn(bench, floorPage, 60, async () => {
				await floorPage.locator('body[data-done]').waitFor();
			})
		);
	}
	await floorContext.close();
	floor.shift();

	const floorToPaint = median(floor.map((turn) => turn.toPaint));
	for (const history of [0, 1_000]) {
		const page = await seededPage(bench, async (seeding) => {
			if (history > 0) await seedLongConversation(seeding, history);
		});
		/** What runs for the first time, and what has run before. @type {Record<'first' | 'later', Turn[]>} */
		const turns = { first: [], later: [] };
		for (let run = 0; run < bench.runs + 1; run += 1) {
			await page.goto(history > 0 ? `${bench.app}/c/${idOf('conversation', 0)}` : bench.app);
			await appReady(page);
			for (const which of /** @type {const} */ (['first', 'later', 'later'])) {
				await settled(page);
				turns[which].push(await oneTurn(bench, page, 60, () => answerSettled(page)));
			}
		}
		await page.context().close();
		for (const [which, taken] of Object.entries(turns)) {
			const after = `${which} turn after a load, ${history} messages of history`;
			const toRequest = taken.slice(1).map((turn) => turn.toRequest);
			const toPaint = taken.slice(1).map((turn) => turn.toPaint);
			const ratio = median(toPaint) / floorToPaint;
			figures.push(
				{
					what: `Enter → request, ${after}, ms`,
					value: spread(toRequest, 1),
					budget: '≤ 15',
					met: median(toRequest) <= 15
				},
				{
					what: `first chunk → painted, ${after}, ms`,
					value: `${spread(toPaint, 1)} ${ratio.toFixed(2)}×`,
					budget: '≤ 1.15× floor',
					met: ratio <= 1.15
				}
			);
		}
	}
	figures.unshift(
		{
			what: 'floor: Enter → request, ms',
			value: spread(
				floor.map((turn) => turn.toRequest),
				1
			),
			budget: '',
			met: undefined
		},
		{
			what: 'floor: first chunk → painted, ms',
			value: spread(
				floor.map((turn) => turn.toPaint),
				1
			),
			budget: '',
			met: undefined
		}
	);
	return figures;
}
