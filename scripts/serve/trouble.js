/** Something a person can mend: its message is a whole sentence, shown without a stack. */
export class Trouble extends Error {
	name = 'Trouble';
}
