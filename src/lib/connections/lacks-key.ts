import type { ConnectionRow } from '#lib/db';
import { presets } from '#lib/providers';

/** Whether it had a key that was erased, or its provider will refuse it for want of one. */
export const lacksKey = (row: ConnectionRow): boolean =>
	row.sealedKey === null &&
	(row.isKeyErased === true ||
		(presets[row.presetId].key === 'required' && row.baseUrl === presets[row.presetId].baseUrl));
