import { calibrate, UNCALIBRATED, type Calibration } from '#lib/context-window';
import { demoConnection, demoId, demoModels } from '#lib/connections/engine';
import { Memory, type ConnectionRow, type Database, type ModelRow } from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import { mergeModel, type ParameterName } from '#lib/providers';
import type { KnownModel } from './prompt.ts';
import type { Dependencies } from './types.ts';

export interface StoredChoice {
	readonly connection: ConnectionRow | undefined;
	readonly model: ModelRow | undefined;
}

/** Connection and model as they are stored; the demo is part of the app. */
function readChoice(db: Database, choice: ModelChoice): Promise<StoredChoice> {
	if (choice.connectionId === demoId)
		return Promise.resolve({
			connection: demoConnection,
			model: demoModels.find(({ id }) => id === choice.modelId)
		});
	return db.transaction('r', [db.connections, db.models], async () => {
		const [connection, model] = await Promise.all([
			db.connections.get(choice.connectionId),
			db.models.get([choice.connectionId, choice.modelId])
		]);
		return { connection, model };
	});
}

/** Reads choices, once until a connection or model is written. */
export class ChoiceReader {
	readonly #choices: Memory<string, StoredChoice>;

	constructor(db: Database) {
		const read = (key: string): Promise<StoredChoice> =>
			readChoice(db, JSON.parse(key) as ModelChoice);
		this.#choices = new Memory(db, ['connections', 'models'], read);
	}

	read({ connectionId, modelId }: ModelChoice): Promise<StoredChoice> {
		return this.#choices.get(JSON.stringify({ connectionId, modelId }));
	}

	close(): void {
		this.#choices.close();
	}
}

/** What all sources together know of a model: its list and the person, else the catalogue. */
export async function knowModel(
	{ connection, model }: StoredChoice,
	modelId: string,
	catalogModel: Dependencies['catalogModel']
): Promise<KnownModel> {
	if (model !== undefined)
		return {
			info: mergeModel(model.catalog, model.listed, model.user),
			refusedParameters: model.refusedParameters,
			...(model.contextStrategy !== undefined && { contextStrategy: model.contextStrategy }),
			...(model.calibration !== undefined && { calibration: model.calibration })
		};
	const info =
		connection === undefined
			? undefined
			: await catalogModel(connection.presetId, modelId).catch(() => undefined);
	return { info: info ?? { id: modelId }, refusedParameters: [] };
}

/** Notes that a model was used, for the list of recent ones. */
export async function noteUse(db: Database, choice: ModelChoice, at: number): Promise<void> {
	await db.models.update([choice.connectionId, choice.modelId], { lastUsedAt: at });
}

/** Notes that a model refuses a parameter, so that it is not sent again. */
export async function noteRefusal(
	db: Database,
	choice: ModelChoice,
	parameter: ParameterName
): Promise<void> {
	await db.models
		.where('[connectionId+id]')
		.equals([choice.connectionId, choice.modelId])
		.modify((row: { refusedParameters: readonly ParameterName[] }) => {
			if (!row.refusedParameters.includes(parameter))
				row.refusedParameters = [...row.refusedParameters, parameter];
		});
}

/** Learns from a request's reported input how far our estimates for a model are off. */
export async function noteInput(
	db: Database,
	choice: ModelChoice,
	lesson: { readonly estimated: number; readonly reported: number }
): Promise<void> {
	await db.transaction('rw', db.models, async () => {
		const row = await db.models.get([choice.connectionId, choice.modelId]);
		if (row === undefined) return;
		const before: Calibration = row.calibration ?? UNCALIBRATED;
		const calibration = calibrate(before, lesson);
		if (calibration !== before) await db.models.put({ ...row, calibration });
	});
}
