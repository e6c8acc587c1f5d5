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
	await stage.db.connections.add(connectionRow());
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
