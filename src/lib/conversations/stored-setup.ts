/** The setup of an unsent conversation, as it was stored. Loaded only where there is one. */
import { strategySchema } from '#lib/context-window';
import type { DraftRow } from '#lib/db';
import { parametersSchema } from '#lib/providers';
import * as v from 'valibot';
import type { Setup } from './drafts.svelte.ts';

const schema: v.GenericSchema<unknown, Setup> = v.object({
	systemPrompt: v.pipe(v.string(), v.maxLength(1_000_000)),
	parameters: parametersSchema,
	contextStrategy: v.exactOptional(v.nullable(strategySchema))
});

/** Undefined when what is stored does not fit: it came from another version, or is damaged. */
export function storedSetup(row: DraftRow): Setup | undefined {
	const parsed = v.safeParse(schema, row);
	return parsed.success ? parsed.output : undefined;
}
