/** The sections of the settings, and what can be found in each. Pure. */

const sectionIds = [
	'connections',
	'models',
	'appearance',
	'data',
	'security',
	'account',
	'usage',
	'shortcuts'
] as const;

export type SectionId = (typeof sectionIds)[number];

export interface Section {
	readonly id: SectionId;
	readonly title: string;
	/** What a person may look for, as they would write it. */
	readonly entries: readonly string[];
}

export const sections: readonly Section[] = [
	{
		id: 'connections',
		title: 'Connections',
		entries: ['API keys', 'Providers', 'Base URL', 'Ollama and local servers', 'Rate limits']
	},
	{
		id: 'models',
		title: 'Models',
		entries: [
			'Context windows',
			'Context strategy',
			'Prices',
			'Favourite models',
			'Add a model by hand'
		]
	},
	{
		id: 'appearance',
		title: 'Appearance',
		entries: ['Theme, dark or light', 'Text size', 'Send with Enter', 'Reduced motion']
	},
	{
		id: 'data',
		title: 'Data',
		entries: ['Storage on this device', 'Deleted conversations', 'Delete everything', 'Data safety']
	},
	{ id: 'security', title: 'Security', entries: ['Passphrase', 'Auto-lock', 'Encryption of keys'] },
	{ id: 'account', title: 'Account', entries: ['Sync between devices', 'Sign in'] },
	{
		id: 'usage',
		title: 'Usage',
		entries: ['Tokens', 'Cost by model and day', 'Budgets', 'Currency', 'CSV export']
	},
	{ id: 'shortcuts', title: 'Shortcuts', entries: ['Keyboard'] }
];

/** Whether an address names a section. */
export const isSectionId = (id: string): id is SectionId =>
	(sectionIds as readonly string[]).includes(id);

export interface FoundSection {
	readonly section: Section;
	/** Entries that fit what was typed. */
	readonly entries: readonly string[];
}

/** The sections whose title or entries contain every word typed; all for nothing typed. */
export function findSections(query: string): readonly FoundSection[] {
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	const fits = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
	return sections.flatMap((section): FoundSection[] => {
		if (words.length === 0) return [{ section, entries: [] }];
		const entries = section.entries.filter(
			(entry) => fits(entry) || fits(`${section.title} ${entry}`)
		);
		if (fits(section.title)) return [{ section, entries: [] }];
		return entries.length > 0 ? [{ section, entries }] : [];
	});
}
