import * as v from 'valibot';
import type { Strategy } from './fit.ts';

/** A strategy that came from outside: from a page, another version or a file. */
export const strategySchema: v.GenericSchema<unknown, Strategy> = v.variant('kind', [
	v.object({ kind: v.picklist(['newest', 'first-and-newest', 'summarise', 'none']) }),
	v.object({
		kind: v.literal('last'),
		count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))
	})
]);
