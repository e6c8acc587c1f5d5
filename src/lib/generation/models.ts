import { calibrate, UNCALIBRATED, type Calibration } from '#lib/context-window';
import { demoConnection, demoId, demoModels } from '#lib/connections/engine';
import { onWrites, type ConnectionRow, type Database, type ModelRow } from '#lib/db/engine';
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

/** Few are asked at once. */
const CAPACITY = 20;

/** Reads choices, once until a connection or model is written: Enter waits for no storage here. */
export class ChoiceReader {
	readonly #db: Database;
	readonly #choices = new Map<string, Promise<StoredChoice>>();
	readonly #stopListening: readonly (() => void)[];

	constructor(db: Database) {
		this.#db = db;
		const forget = (): void => {
			this.#choices.clear();
		};
		this.#stopListening = [onWrites(db, 'connections', forget), onWrites(db, 'models', forget)];
	}

	read({ connectionId, modelId }: ModelChoice): Promise<StoredChoice> {
		const key = `${connectionId} ${modelId}`;
		const known = this.#choices.get(key);
		if (known !== undefined) return known;
		const reading = Promise.resolve(readChoice(this.#db, { connectionId, modelId }));
		if (this.#choices.size >= CAPACITY) this.#choices.clear();
		this.#choices.set(key, reading);
		reading.catch(() => {
			if (this.#choices.get(key) === reading) this.#choices.delete(key);
		});
		return reading;
	}

	close(): void {
		for (const stop of this.#stopListening) stop();
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
