/** What people type into the forms of usage. Pure. */

const LARGEST = 1e9;

/** An amount or a rate above 0, with a point or a comma before its decimals; else undefined. */
export function parseAmount(text: string): number | undefined {
	const trimmed = text.trim().replace(',', '.');
	if (!/^\d*\.?\d+$|^\d+\.$/.test(trimmed)) return undefined;
	const amount = Number(trimmed);
	return amount > 0 && amount <= LARGEST ? amount : undefined;
}
