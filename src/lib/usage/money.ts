/** Money as people read it. Prices are stored in USD; another currency is a rate on top. Pure. */

/** A currency to show money in, at a rate that the person typed in. */
export interface Currency {
	/** ISO 4217, three capital letters. */
	readonly code: string;
	/** How much of it one US dollar is. */
	readonly perUsd: number;
	/** Day of the rate, `YYYY-MM-DD`. */
	readonly asOf: string;
}

/** Below this (in the shown currency) an amount is only “less than”. */
const LEAST = 0.000001;

interface Formats {
	readonly plain: Intl.NumberFormat;
	readonly small: Intl.NumberFormat;
	/** Below it the plain format would show fewer than two significant digits. */
	readonly smallBelow: number;
}

const formats = new Map<string, Formats>();

function formatsOf(code: string): Formats {
	const known = formats.get(code);
	if (known !== undefined) return known;
	const options = { style: 'currency', currency: code } as const;
	const plain = new Intl.NumberFormat('en', options);
	const digits = plain.resolvedOptions().maximumFractionDigits ?? 2;
	const made = {
		plain,
		small: new Intl.NumberFormat('en', { ...options, maximumSignificantDigits: 2 }),
		smallBelow: 9.95 * 10 ** -digits
	};
	formats.set(code, made);
	return made;
}

/** USD in the shown currency. */
export const inCurrency = (usd: number, currency: Currency | null): number =>
	usd * (currency?.perUsd ?? 1);

/** An amount that already is in the shown currency; small ones with two significant digits. */
export function formatAmount(amount: number, currency: Currency | null): string {
	const { plain, small, smallBelow } = formatsOf(currency?.code ?? 'USD');
	const size = Math.abs(amount);
	if (size === 0 || size >= smallBelow) return plain.format(size === 0 ? 0 : amount);
	return size < LEAST ? `<${small.format(LEAST)}` : small.format(amount);
}

/**
 * US dollars in the currency that the person chose (`settings.currency`; null is USD):
 * “$18.42”, “$0.013”, “€0.0004”. An unknown price is not 0: it has no amount to format.
 */
export const formatMoney = (usd: number, currency: Currency | null): string =>
	formatAmount(inCurrency(usd, currency), currency);
