const TITLE_LENGTH = 60;

const characterSegments = new Intl.Segmenter();

/** A title from the first message, until a model or a person finds a better one. */
export function titleFromText(text: string): string {
	const line = text
		.split('\n', 50)
		.map((raw) =>
			raw
				.slice(0, 500)
				.replace(/^[\s>#*+\-=_`~|]+/, '')
				.replace(/[*_`]+/g, '')
				.replace(/\s+/g, ' ')
				.trim()
		)
		.find((candidate) => candidate !== '');
	return shortenTitle(line ?? '') || 'New conversation';
}

/** Cuts at a word where there is one, and never inside a character. */
export function shortenTitle(title: string, length = TITLE_LENGTH): string {
	if (title.length <= length) return title;
	const characters = Array.from(characterSegments.segment(title), ({ segment }) => segment);
	if (characters.length <= length) return title;
	const cut = characters.slice(0, length).join('');
	const space = cut.lastIndexOf(' ');
	return `${(space > length / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
