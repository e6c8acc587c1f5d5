/** What the browser keeps for this address. */

export interface StorageState {
	/** Whether the browser promised not to clear it by itself. */
	readonly persisted: boolean;
	/** Bytes used by this address; undefined where the browser does not tell. */
	readonly usage: number | undefined;
	/** Bytes this address may use. */
	readonly quota: number | undefined;
}

/** Asks the browser about this address's storage. */
export async function readStorage(
	storage: Pick<StorageManager, 'persisted' | 'estimate'>
): Promise<StorageState> {
	const [persisted, estimate] = await Promise.all([storage.persisted(), storage.estimate()]);
	return { persisted, usage: estimate.usage, quota: estimate.quota };
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes as people read them: 3.2 MB. */
export function bytesText(bytes: number): string {
	const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
	return new Intl.NumberFormat('en', {
		style: 'unit',
		unit: units[power] ?? 'byte',
		unitDisplay: power === 0 ? 'long' : 'short',
		maximumFractionDigits: power === 0 ? 0 : 1
	}).format(bytes / 1000 ** power);
}
