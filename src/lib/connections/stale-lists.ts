import type { ConnectionRow } from '#lib/db';
import type { ConnectionChoice } from './choices.ts';
import { listedAt, listLifetimeMs } from './model-list.ts';

/** The connections whose model lists are to be fetched while one looks at them: older than a day. */
export const staleConnections = (
	choices: readonly ConnectionChoice[],
	now: number
): readonly ConnectionRow[] =>
	choices
		.filter(
			({ connection, options }) =>
				now - listedAt(options.map((option) => option.row)) > listLifetimeMs &&
				connection.presetId !== 'demo' &&
				connection.enabled === 1 &&
				connection.test?.ok !== false
		)
		.map(({ connection }) => connection);
