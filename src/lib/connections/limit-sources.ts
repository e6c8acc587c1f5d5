import type { PresetId } from '#lib/providers';

/** Where a preset's default limits were read. */
export interface LimitSource {
	/** Of which plan, in words that follow the provider's name. */
	readonly plan: string;
	/** Address of the page, without its scheme. */
	readonly source: string;
	/** Month in which the page said so, `YYYY-MM`. */
	readonly asOf: string;
}

export const limitSources: Readonly<Partial<Record<PresetId, LimitSource>>> = {
	groq: { plan: 'free plan', source: 'console.groq.com/docs/rate-limits', asOf: '2026-04' },
	typhoon: { plan: 'free plan', source: 'docs.opentyphoon.ai/en/rate-limits', asOf: '2025-10' },
	cerebras: {
		plan: 'free plan',
		source: 'inference-docs.cerebras.ai/support/rate-limits',
		asOf: '2026-04'
	}
};
