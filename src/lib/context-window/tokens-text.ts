/** Tokens as a person types them: 200000, 200,000, 200k or 1M. Undefined for anything else. */
export function parseTokens(text: string): number | undefined {
	const found = /^([\d,_ ]+|\d+\.\d+)\s*([km]?)$/i.exec(text.trim());
	if (found === null) return undefined;
	const factor = { k: 1000, m: 1_000_000 }[(found[2] ?? '').toLowerCase()] ?? 1;
	const tokens = Math.round(Number((found[1] ?? '').replace(/[,_ ]/g, '')) * factor);
	return tokens >= 1 && tokens <= 1e9 ? tokens : undefined;
}
