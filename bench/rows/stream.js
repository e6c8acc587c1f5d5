import { measureWork, median, spread } from '../measure.js';
import { seedConversations } from '../seed.js';
import { answerSettled, appReady, ask, seededPage, settled } from './page.js';

/** @typedef {import('../run.js').Bench} Bench */
/** @typedef {import('../measure.js').Work} Work */

/** @param {Bench} bench @param {import('playwright').Page} page @param {() => Promise<void>} done */
async function streamOnce(bench, page, done) {
	await settled(page);
	return measureWork(page, async () => {
		await ask(page, 'Tell me everything.');
		await page.waitForFunction(
			() =>
				(document.querySelector('article [data-part="text"], article[data-part="text"] p')
					?.textContent.length ?? 0) > 0
		);
		await done();
	});
}

/** @param {Bench} bench @param {number} stored conversations @param {number} runs */
async function streamInApp(bench, stored, runs) {
	const page = await seededPage(bench, (seeding) => seedConversations(seeding, stored));
	/** @type {Work[]} */
	const works = [];
	for (let run = 0; run < runs; run += 1) {
		await page.goto(bench.app);
		await appReady(page);
		works.push(await streamOnce(bench, page, () => answerSettled(page)));
	}
	await page.context().close();
	return works;
}

/** @param {Bench} bench @param {number} runs */
async function streamOnFloor(bench, runs) {
	const context = await bench.browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	/** @type {Work[]} */
	const works = [];
	for (let run = 0; run < runs; run += 1) {
		await page.goto(`${bench.provider.origin}/floor`);
		works.push(
			await streamOnce(bench, page, async () => {
				await page.locator('body[data-done]').waitFor({ timeout: 120_000 });
			})
		);
	}
	await context.close();
	return works;
}

/** @param {number} tokens @param {Work[]} works main-thread ms per 1,000 tokens */
const perThousand = (tokens, works) => works.map(({ busy }) => (busy / tokens) * 1_000);

/** @param {Bench} bench */
const halfTheRuns = ({ runs }) => Math.max(1, Math.round(runs / 2));

/**
 * Work of the main thread while an answer streams, beside the floor.
 * @param {Bench} bench
 * @param {{ tokens: number, perSecond: number, bar: number, fps: number }} rate
 * @returns {Promise<import('../run.js').Figure[]>}
 */
async function streamAt(bench, { tokens, perSecond, bar, fps }) {
	const runs = halfTheRuns(bench);
	bench.provider.next = { tokens, perSecond };
	const floor = await streamOnFloor(bench, runs);
	const app = await streamInApp(bench, 0, runs);
	const stored = await streamInApp(bench, 1_000, runs);
	const ratio = median(perThousand(tokens, app)) / median(perThousand(tokens, floor));
	const storedRatio = median(perThousand(tokens, stored)) / median(perThousand(tokens, app));
	const name = `${tokens} tokens at ${perSecond}/s`;
	return [
		{
			what: `${name}: floor busy per 1,000 tokens, ms; fps`,
			value: `${spread(perThousand(tokens, floor))}; ${median(floor.map((work) => work.fps)).toFixed(0)}`,
			budget: '',
			met: undefined
		},
		{
			what: `${name}: busy per 1,000 tokens, ms`,
			value: `${spread(perThousand(tokens, app))} ${ratio.toFixed(2)}×`,
			budget: `≤ ${bar}× floor`,
			met: ratio <= bar
		},
		{
			what: `${name}: fps; tasks over 50 ms`,
			value: `${spread(app.map((work) => work.fps))}; ${median(app.map((work) => work.longTasks))}`,
			budget: `≥ ${fps}; 0`,
			met:
				median(app.map((work) => work.fps)) >= fps &&
				median(app.map((work) => work.longTasks)) === 0
		},
		{
			what: `${name}: with 1,000 conversations stored`,
			value: `${spread(perThousand(tokens, stored))} ${storedRatio.toFixed(2)}×`,
			budget: '≤ 1.05×',
			met: storedRatio <= 1.05
		}
	];
}

/** As fast as models usually answer. @type {import('../run.js').Row} */
export const stream = (bench) =>
	streamAt(bench, { tokens: 5_000, perSecond: 200, bar: 1.2, fps: 58 });

/** As fast as the fastest. @type {import('../run.js').Row} */
export const flood = (bench) =>
	streamAt(bench, { tokens: 20_000, perSecond: 2_000, bar: 1.3, fps: 55 });

/** The flood again, in plain prose and in nothing but marks. @type {import('../run.js').Row} */
export async function styles(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];
	for (const style of /** @type {const} */ (['prose', 'dense'])) {
		const tokens = 20_000;
		bench.provider.next = { tokens, perSecond: 2_000, style };
		const floor = await streamOnFloor(bench, halfTheRuns(bench));
		const app = await streamInApp(bench, 0, halfTheRuns(bench));
		const ratio = median(perThousand(tokens, app)) / median(perThousand(tokens, floor));
		figures.push({
			what: `${tokens} tokens of ${style} at 2000/s: busy per 1,000, ms; fps`,
			value: `${spread(perThousand(tokens, app))} ${ratio.toFixed(2)}×; ${median(app.map((work) => work.fps)).toFixed(0)}`,
			budget: style === 'prose' ? '≤ 1.3× floor' : '',
			met: style === 'prose' ? ratio <= 1.3 : undefined
		});
	}
	return figures;
}

/** Whether a token costs more the longer the answer is. @type {import('../run.js').Row} */
export async function growth(bench) {
	/** @type {number[]} */
	const ratios = [];
	for (let run = 0; run < halfTheRuns(bench); run += 1) {
		const cost = async (/** @type {number} */ tokens) => {
			bench.provider.next = { tokens, perSecond: 2_000 };
			const [work] = await streamInApp(bench, 0, 1);
			return (work?.busy ?? Number.NaN) / tokens;
		};
		ratios.push((await cost(20_000)) / (await cost(1_000)));
	}
	return [
		{
			what: 'cost per token, answer of 20,000 against 1,000 tokens',
			value: spread(ratios, 2),
			budget: '≤ 1.1',
			met: median(ratios) <= 1.1
		}
	];
}
