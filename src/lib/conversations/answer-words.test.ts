import type { MessageError, MessageRow } from '#lib/db';
import { OWN_LIMIT } from '#lib/engine';
import { describe, expect, it } from 'vitest';
import { noticeOf } from './answer-words.ts';

const answer = (fields: Partial<MessageRow>): MessageRow =>
	({ presetId: 'mistral', connectionLabel: 'Work', modelId: 'm', ...fields }) as MessageRow;

const notice = (fields: Partial<MessageRow>, hasText: boolean) =>
	noticeOf(answer(fields), hasText, 'https://app.example');

const closed = { kind: 'interrupted', message: 'The app was closed too early.' } as const;

describe('an answer that was cut off', () => {
	it('says what happened, what is kept and what Continue does, each once', () => {
		expect(
			notice({ state: 'interrupted', error: closed, estimatedOutputTokens: 186 }, true)
		).toMatchObject({
			title: 'The app was closed too early.',
			text: '≈ 186 tokens arrived and are saved. Continue goes on from the last word.'
		});
	});

	it.each([
		[{ usage: { outputTokens: 1_186 } }, '1,186 tokens arrived and are saved.'],
		[{ usage: { inputTokens: 3 }, estimatedOutputTokens: 1 }, '≈ 1 token arrived and is saved.'],
		[{}, 'What arrived is saved.']
	])('with %j: %s', (fields, text) => {
		expect(notice({ state: 'interrupted', error: closed, ...fields }, true)?.text).toBe(
			`${text} Continue goes on from the last word.`
		);
	});
});

describe('an answer that failed', () => {
	const failed = (error: MessageError, hasText: boolean) =>
		notice({ state: 'failed', error, estimatedOutputTokens: 24 }, hasText);

	it.each<MessageError>([
		{ kind: 'overloaded', message: 'Busy.' },
		{ kind: 'server', message: '' },
		{ kind: 'timeout', message: '' },
		{ kind: 'billing', message: '' },
		{ kind: 'context_too_long', message: '' },
		{ kind: 'unknown', message: '' }
	])('says of its partial text that it is kept: $kind', (error) => {
		const { text = '', actions } = failed(error, true) ?? {};
		expect(text.match(/arrived/g)).toHaveLength(1);
		expect(text).toContain('≈ 24 tokens arrived and are saved');
		expect(text).not.toContain('Your message is saved');
		expect(actions?.[0]).toBe('continue');
	});

	it('says of a message that nothing answered that it is kept', () => {
		expect(failed({ kind: 'overloaded', message: 'Busy.' }, false)?.text).toBe(
			'Your message is saved. Retry in a moment, or choose another model.'
		);
		expect(failed({ kind: 'timeout', message: '' }, false)?.text).toBe(
			'Your message is saved. Retry, or choose another model.'
		);
	});

	it('leaves alone what the engine has said', () => {
		const error = { kind: 'storage', message: 'No room. Keep this tab open.' } as const;
		expect(failed(error, true)?.text).toBe('No room. Keep this tab open.');
		const never = { kind: 'too_large', code: OWN_LIMIT, message: 'Too much.' } as const;
		expect(failed(never, false)?.text).toBe('Too much. Your message is saved.');
	});
});

describe('an answer that was stopped', () => {
	const stopped = (error: MessageError, hasText = false) =>
		notice({ state: 'stopped', error }, hasText);

	it.each<[MessageError, string]>([
		[
			{ kind: 'rate_limit', status: 429, message: 'Slow down.' },
			'Stopped while “Work” asked us to wait.'
		],
		[
			{ kind: 'rate_limit', code: OWN_LIMIT, message: 'Ours.' },
			'Stopped while the limit of “Work” was reached.'
		],
		[{ kind: 'overloaded', message: '' }, 'Stopped while “Work” was overloaded.'],
		[{ kind: 'server', message: '' }, 'Stopped while “Work” did not answer.']
	])('while it waited says for what: %j', (error, title) => {
		expect(stopped(error)).toMatchObject({
			tone: 'neutral',
			title,
			text: 'Your message is saved. Retry asks again.',
			actions: ['retry', 'model']
		});
	});

	it('shows the provider’s own words, and never ours as theirs', () => {
		const refusal = { kind: 'rate_limit', status: 429, message: 'Slow down.' } as const;
		expect(stopped(refusal)?.details).toBe('429\nSlow down.');
		expect(stopped({ ...refusal, code: OWN_LIMIT })).not.toHaveProperty('details');
		expect(stopped(refusal, true)?.text).toBe('What arrived is saved. Retry asks again.');
	});

	it('needs no notice otherwise', () => {
		expect(notice({ state: 'stopped' }, true)).toBeUndefined();
	});
});
