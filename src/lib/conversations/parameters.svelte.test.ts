import '../../app.css';
import { connectionRow, modelRow } from '#lib/db/testing';
import type { GenerationParameters } from '#lib/providers';
import { mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import Stage from './__fixtures__/Stage.svelte';
import { createStage, type TestStage } from './__fixtures__/stage.ts';
import ParametersDialog from './ParametersDialog.svelte';

let stage: TestStage;
let hide: (() => Promise<void>) | undefined;
let closed: number;

beforeEach(async () => {
	const { id: connectionId } = connectionRow();
	stage = await createStage({ lastChoice: { connectionId, modelId: 'model-1' } });
	await stage.db.connections.add(connectionRow({ protocol: 'ollama' }));
	await stage.db.models.add(modelRow());
	closed = 0;
});

afterEach(async () => {
	await hide?.();
	hide = undefined;
	await stage.close();
});

/** Opens the dialog, with these set before. */
async function open(parameters: GenerationParameters = {}): Promise<void> {
	await hide?.();
	if (Object.keys(parameters).length > 0) await stage.desk.changeSetup({ parameters });
	const component = ParametersDialog as unknown as Component<Record<string, unknown>>;
	const props = { onclose: () => (closed += 1) };
	const shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props }
	});
	hide = () => {
		hide = undefined;
		return unmount(shown);
	};
	await expect.element(stops).toBeVisible();
}

const stops = page.getByRole('textbox', { name: 'Stop sequences' });
const output = page.getByRole('textbox', { name: 'Max output' });
const seed = page.getByRole('textbox', { name: 'Seed' });
const done = page.getByRole('button', { name: 'Done' });
const kept = (): GenerationParameters => stage.desk.setup.parameters;

test('stop sequences stand one below the other', async () => {
	await open();
	await stops.click();
	await userEvent.keyboard('END{Enter}{Enter}STOP');
	await expect.element(stops).toHaveValue('END\n\nSTOP');
	await done.click();
	expect(kept().stop).toEqual(['END', 'STOP']);
	await open();
	await expect.element(stops).toHaveValue('END\nSTOP');
});

test('a number is kept as it is typed, and understood when its field is left', async () => {
	await open();
	await output.click();
	await userEvent.keyboard('4,096');
	await expect.element(output).toHaveValue('4,096');
	await seed.click();
	await expect.element(output).toHaveValue('4096');
	await done.click();
	expect(kept()).toEqual({ maxOutputTokens: 4096 });
});

test('what is no number for it stays, is told at the field, and is not taken', async () => {
	await open({ maxOutputTokens: 500, seed: 3 });
	for (const [field, text] of [
		[output, '4k'],
		[output, '-5'],
		[output, '0'],
		[output, '99999999999'],
		[seed, '-7'],
		[seed, '1.5']
	] as const) {
		await field.fill('7');
		await userEvent.keyboard('{Control>}a{/Control}');
		await userEvent.keyboard(text);
		await expect.element(field).toHaveValue(text);
		await expect.element(field).not.toHaveAttribute('aria-invalid');
		await userEvent.tab();
		await expect.element(field).toHaveAttribute('aria-invalid', 'true');
		await expect.element(field).toHaveAccessibleDescription(/^Enter a whole number from [01] to /);
		await expect.element(field).toHaveValue(text);
	}
	await done.click();
	await expect.element(output).toHaveFocus();
	expect(closed).toBe(0);
	await output.fill('700');
	await expect.element(output).not.toHaveAttribute('aria-invalid');
	await page.getByRole('button', { name: 'Unset seed' }).click();
	await expect.element(seed).not.toHaveAttribute('aria-invalid');
	await done.click();
	await expect.poll(() => closed).toBe(1);
	expect(kept()).toEqual({ maxOutputTokens: 700 });
});

test('Esc does not close over a number that is none; it says so', async () => {
	await open();
	await output.fill('4k');
	await userEvent.keyboard('{Escape}');
	await expect.element(output).toHaveAttribute('aria-invalid', 'true');
	expect(closed).toBe(0);
	await output.fill('4000');
	await userEvent.keyboard('{Escape}');
	await expect.poll(() => closed).toBe(1);
	expect(kept()).toEqual({ maxOutputTokens: 4000 });
});

test('a press that leaves a field reaches the key it was meant for', async () => {
	await open();
	await output.fill('0');
	const key = done.element();
	const press = (type: string) =>
		key.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1 }));
	press('pointerdown');
	(output.element() as HTMLElement).blur();
	await new Promise((resolve) => setTimeout(resolve, 50));
	await expect.element(output).not.toHaveAttribute('aria-invalid');
	press('pointerup');
	await expect.element(output).toHaveAttribute('aria-invalid', 'true');
});

test('more than this model takes comes from another one: what is sent is said', async () => {
	await open({ maxOutputTokens: 200_000 });
	await expect.element(output).toHaveValue('200000');
	await expect.element(output).toHaveAccessibleDescription(/it is sent 128,000/);
	await done.click();
	expect(kept()).toEqual({ maxOutputTokens: 200_000 });
});

test('a stop sequence too many is told, none is dropped', async () => {
	await open();
	const lines = Array.from({ length: 17 }, (_, at) => `s${at}`).join('\n');
	await stops.fill(lines);
	await done.click();
	await expect.element(stops).toHaveAccessibleDescription(/16 sequences at most/);
	await expect.element(stops).toHaveValue(lines);
	expect(closed).toBe(0);
});

test.each([
	['Frequency penalty', 'ArrowRight', '0.1'],
	['Presence penalty', 'ArrowLeft', '-0.1'],
	['Temperature', 'ArrowRight', '1.1'],
	['Top P', 'ArrowLeft', '0.95'],
	['Repetition penalty', 'ArrowRight', '1.05']
])('%s is unset, and begins where it changes nothing', async (name, arrow, value) => {
	await open();
	const slider = page.getByRole('slider', { name });
	await expect.element(slider).toHaveAttribute('aria-valuetext', 'Unset');
	(slider.element() as HTMLElement).focus();
	await userEvent.keyboard(`{${arrow}}`);
	await expect.element(slider).toHaveAttribute('aria-valuetext', value);
});
