/** Sentences of the dialog of parameters. Loaded with it. */
const count = new Intl.NumberFormat('en');

export const parameterWords = {
	number: (min: number, max: number): string =>
		`Enter a whole number from ${count.format(min)} to ${count.format(max)}, or leave it empty.`,
	outside: (sent: number): string =>
		`This model does not take as much: it is sent ${count.format(sent)}.`,
	stops: (most: number): string => `This model takes ${count.format(most)} sequences at most.`,
	longStop: (most: number): string => `A sequence has ${count.format(most)} characters at most.`
} as const;
