/** Sentences above the composer's field; loaded after the first paint. */
export const trayWords = {
	near: (label: string, spent: string, budget: string): string =>
		`“${label}” has spent ${spent} of this month’s ${budget}.`,
	stopped: (label: string, budget: string): string =>
		`“${label}” has spent this month’s ${budget}. Nothing goes out before next month, unless you raise the budget.`,
	budgets: 'Budgets',
	nothingGoesElsewhere: 'Nothing goes to another model by itself.',
	switchOn: 'Switch on',
	choose: 'Choose a model'
} as const;
