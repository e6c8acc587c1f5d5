import { flushSync, mount, unmount, type ComponentProps } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import Parts from './__fixtures__/Parts.svelte';

let records: string[];
let dispose: (() => Promise<void>) | undefined;

function render(props: Partial<ComponentProps<typeof Parts>> = {}) {
	const parts = mount(Parts, {
		target: document.body,
		props: { record: (what: string) => records.push(what), ...props }
	});
	flushSync();
	dispose = () => unmount(parts);
}

const focused = () => document.activeElement?.textContent.trim();

beforeEach(async () => {
	records = [];
	await page.viewport(900, 700);
});

afterEach(async () => {
	await dispose?.();
});

describe('dialog', () => {
	const dialog = page.getByRole('dialog', { name: 'Delete “OpenAI, personal”?' });

	test('starts on the safe key, keeps focus inside and gives it back', async () => {
		render();
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await expect.element(dialog).toHaveAccessibleDescription('The key is erased from this device.');
		expect(focused()).toBe('Cancel');
		await userEvent.tab();
		expect(focused()).toBe('Delete connection');
		await userEvent.tab();
		expect(focused()).toBe('Cancel');
		await userEvent.tab({ shift: true });
		expect(focused()).toBe('Delete connection');
		await userEvent.keyboard('{Escape}');
		await expect.element(dialog).not.toBeInTheDocument();
		expect(focused()).toBe('Delete');
		await vi.waitFor(() => {
			expect(records).toEqual(['dialog closed']);
		});
	});

	test('a press outside cancels', async () => {
		render();
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await userEvent.click(document.documentElement, { position: { x: 20, y: 650 }, force: true });
		await expect.element(dialog).not.toBeInTheDocument();
	});

	test('stays while closing would lose what was typed', async () => {
		render({ dismissible: false });
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await userEvent.keyboard('{Escape}');
		await userEvent.keyboard('{Escape}');
		await userEvent.click(document.documentElement, { position: { x: 20, y: 650 }, force: true });
		await expect.element(dialog).toBeVisible();
		await page.getByRole('button', { name: 'Cancel' }).click();
		await expect.element(dialog).not.toBeInTheDocument();
	});
});

describe('menu', () => {
	const trigger = page.getByRole('button', { name: 'More' });
	const menu = page.getByRole('menu', { name: 'Conversation' });

	test('arrow keys go round, over what is disabled, and letters jump', async () => {
		render();
		(trigger.element() as HTMLElement).focus();
		await userEvent.keyboard('{ArrowDown}');
		await expect.element(menu).toBeVisible();
		await expect.element(trigger).toHaveAttribute('aria-expanded', 'true');
		expect(focused()).toBe('Rename');
		await userEvent.keyboard('{ArrowDown}');
		expect(focused()).toBe('Archive');
		await userEvent.keyboard('{ArrowDown}{ArrowDown}');
		expect(focused()).toBe('Rename');
		await userEvent.keyboard('{End}');
		expect(focused()).toBe('Delete it');
		await userEvent.keyboard('a');
		expect(focused()).toBe('Archive');
		await userEvent.keyboard('{Escape}');
		await expect.element(menu).not.toBeInTheDocument();
		expect(focused()).toBe('More');
	});

	test('a choice closes it first, so that a dialog gives focus back to the trigger', async () => {
		render();
		await trigger.click();
		await page.getByRole('menuitem', { name: 'Archive' }).click();
		await expect.element(menu).not.toBeInTheDocument();
		expect(records).toEqual(['archive']);
		expect(focused()).toBe('Cancel');
		await userEvent.keyboard('{Escape}');
		expect(focused()).toBe('More');
	});

	test('its own trigger and a press outside close it', async () => {
		render();
		await trigger.click();
		await expect.element(menu).toBeVisible();
		await trigger.click();
		await expect.element(menu).not.toBeInTheDocument();
		await trigger.click();
		await userEvent.click(document.documentElement, { position: { x: 880, y: 690 }, force: true });
		await expect.element(menu).not.toBeInTheDocument();
	});

	test('what is disabled does nothing', async () => {
		render();
		await trigger.click();
		await page.getByRole('menuitem', { name: 'Pin' }).click({ force: true });
		await expect.element(menu).toBeVisible();
		expect(records).toEqual([]);
	});
});

describe('button', () => {
	test('unlit keeps its place in the tab order, says why and does nothing', async () => {
		render({ unlit: 'Write something first' });
		const send = page.getByRole('button', { name: 'Send' });
		await expect.element(send).toHaveAttribute('aria-disabled', 'true');
		await expect.element(send).toHaveAccessibleDescription('Write something first');
		(send.element() as HTMLElement).focus();
		expect(focused()).toBe('Send');
		await userEvent.keyboard('{Enter}');
		await send.click({ force: true });
		expect(records).toEqual([]);
		await vi.waitFor(() => {
			expect(document.querySelector('.tooltip:popover-open')?.textContent.trim()).toBe(
				'Write something first'
			);
		});
	});

	test('unlit stays unlit under the pointer and while pressed', async () => {
		render({ unlit: 'Write something first' });
		const send = page.getByRole('button', { name: 'Send' }).element() as HTMLElement;
		const looks = () => {
			const { backgroundImage, boxShadow, color } = getComputedStyle(send);
			return { backgroundImage, boxShadow, color };
		};
		const atRest = looks();
		await userEvent.hover(send);
		expect(send.matches(':hover')).toBe(true);
		expect(looks()).toEqual(atRest);
		const held: object[] = [];
		// The press is over when `click` is back: looked at while it lasts.
		const press = () => held.push(send.matches(':active') ? looks() : {});
		send.addEventListener('mousedown', press, { once: true });
		await userEvent.click(send, { force: true });
		expect(held).toEqual([atRest]);
	});

	test('a key hint on a lit key has the colour of its words', () => {
		render();
		const save = page.getByRole('button', { name: 'Save' }).element();
		const hint = save.querySelector('kbd');
		expect(hint && getComputedStyle(hint).color).toBe(getComputedStyle(save).color);
	});

	test('lit, it acts', async () => {
		render();
		await page.getByRole('button', { name: 'Send' }).click();
		expect(records).toEqual(['sent']);
	});
});

describe('drawer', () => {
	const state = page.getByTestId('drawer');
	const drawer = page.getByRole('dialog', { name: 'Conversations' });

	/** A finger that goes along these points, one every 40 ms, or every 4 ms when it flicks. */
	function swipe(points: readonly (readonly [number, number])[], everyMs = 40) {
		const target = document.elementFromPoint(...(points[0] ?? [0, 0])) ?? document.body;
		const fire = (type: string, [x, y]: readonly [number, number], at: number, ended = false) => {
			const touch = new Touch({ identifier: 1, target, clientX: x, clientY: y });
			const event = new TouchEvent(type, {
				bubbles: true,
				cancelable: true,
				touches: ended ? [] : [touch],
				changedTouches: [touch]
			});
			Object.defineProperty(event, 'timeStamp', { value: 1000 + at * everyMs });
			target.dispatchEvent(event);
			flushSync();
		};
		points.forEach((point, index) => {
			fire(index === 0 ? 'touchstart' : 'touchmove', point, index);
		});
		return {
			release: () => {
				fire('touchend', points.at(-1) ?? [0, 0], points.length, true);
			}
		};
	}

	beforeEach(() => page.viewport(390, 844));

	test('follows the finger and opens past half way', async () => {
		render();
		const finger = swipe([
			[10, 400],
			[60, 402],
			[200, 404]
		]);
		const panel = document.querySelector('dialog[aria-label="Conversations"]');
		await vi.waitFor(() => {
			expect(Math.round(panel?.getBoundingClientRect().right ?? 0)).toBe(190);
		});
		finger.release();
		await expect.element(state).toHaveTextContent('open');
		await expect.element(drawer).toBeVisible();
		await userEvent.keyboard('{Escape}');
		await expect.element(state).toHaveTextContent('closed');
	});

	test('falls back when it was let go early, opens early by a flick', async () => {
		render();
		swipe([
			[10, 400],
			[60, 400],
			[70, 400]
		]).release();
		await expect.element(drawer).not.toBeInTheDocument();
		expect(state.element().textContent).toBe('closed');
		swipe(
			[
				[10, 400],
				[60, 400],
				[90, 400]
			],
			4
		).release();
		await expect.element(state).toHaveTextContent('open');
		swipe([
			[250, 400],
			[70, 400],
			[60, 400]
		]).release();
		await expect.element(state).toHaveTextContent('closed');
	});

	test('leaves scrolling and swipes elsewhere alone', async () => {
		render();
		swipe([
			[10, 400],
			[14, 300],
			[200, 200]
		]).release();
		swipe([
			[100, 400],
			[200, 400],
			[300, 400]
		]).release();
		await expect.element(drawer).not.toBeInTheDocument();
		expect(state.element().textContent).toBe('closed');
	});
});

describe('choices by keyboard', () => {
	test('a switch is one, and turns', async () => {
		render();
		const control = page.getByRole('switch', { name: 'Titles by the model' });
		(control.element() as HTMLElement).focus();
		await userEvent.keyboard(' ');
		await expect.element(control).toBeChecked();
		await expect.element(page.getByTestId('switch')).toHaveTextContent('true');
	});

	test('a slider is unset until a key moves it from where it starts', async () => {
		render();
		const slider = page.getByRole('slider', { name: 'Temperature' });
		await expect.element(slider).toHaveAttribute('aria-valuetext', 'Unset');
		(slider.element() as HTMLElement).focus();
		await userEvent.keyboard('{ArrowRight}');
		await expect.element(page.getByTestId('slider')).toHaveTextContent('1.1');
		await expect.element(slider).toHaveAttribute('aria-valuetext', '1.1');
	});

	test('segments are radio buttons', async () => {
		render();
		const group = page.getByRole('radiogroup', { name: 'Theme' });
		await expect.element(group).toBeVisible();
		(group.getByRole('radio', { name: 'Dark' }).element() as HTMLElement).focus();
		await userEvent.keyboard('{ArrowRight}');
		await expect.element(page.getByTestId('theme')).toHaveTextContent('light');
	});

	test('a select goes by its label', async () => {
		render();
		await page.getByLabelText('Provider').selectOptions('Mistral');
		await expect.element(page.getByTestId('provider')).toHaveTextContent('mistral');
	});
});

describe('fields', () => {
	test('an API key is masked, kept from password managers, and shown on demand', async () => {
		render();
		const field = page.getByLabelText('API key');
		await expect.element(field).toHaveAttribute('type', 'password');
		await expect.element(field).toHaveAttribute('autocomplete', 'off');
		await expect.element(field).toHaveAttribute('data-1p-ignore');
		await expect.element(field).toHaveAccessibleDescription('Encrypted before it is stored.');
		await page.getByRole('button', { name: 'Show key' }).click();
		await expect.element(field).toHaveAttribute('type', 'text');
		await page.getByRole('button', { name: 'Hide key' }).click();
		await expect.element(field).toHaveAttribute('type', 'password');
	});

	test('an error belongs to its field', async () => {
		render();
		const field = page.getByLabelText('Base URL');
		await expect.element(field).toHaveAttribute('aria-invalid', 'true');
		await expect.element(field).toHaveAccessibleDescription('An address starts with https://.');
	});

	test('a text area grows with its text', async () => {
		render();
		const field = page.getByRole('textbox', { name: 'Message' });
		const before = field.element().clientHeight;
		await field.fill('one\ntwo\nthree');
		expect(field.element().clientHeight).toBe(before + 44);
	});
});
