import type { ConnectionId, ConnectionRow, ModelRow } from '#lib/db';
import { presets } from '#lib/providers';

/** Id of the built-in demo connection. */
export const demoId = 'demo' as ConnectionId;

/**
 * The keyless, offline demo as a connection. It is part of the app, not a row: nothing of it can be
 * edited, tested away or deleted.
 */
export const demoConnection: ConnectionRow = {
	id: demoId,
	rid: '',
	presetId: 'demo',
	protocol: presets.demo.protocol,
	label: presets.demo.name,
	baseUrl: presets.demo.baseUrl,
	enabled: 1,
	position: Number.MAX_SAFE_INTEGER,
	sealedKey: null,
	keyHint: '',
	limits: {},
	createdAt: 0,
	stamps: {}
};

/** The demo's models as they are before a person marks one; only such a mark is stored. */
export const demoModels: readonly ModelRow[] = (presets.demo.knownModels ?? []).map((model) => ({
	connectionId: demoId,
	id: model.id,
	listed: model,
	manual: 0,
	favourite: 0,
	lastUsedAt: 0,
	seenAt: 0,
	refusedParameters: []
}));
