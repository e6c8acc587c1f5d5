import { beforeNavigate, goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { holdReload } from '#lib/app';

/**
 * What is typed into a form and not saved yet holds up whatever would lose it, until the person has
 * decided. To be made while a component is set up.
 */
export class Unsaved {
	/** Whether something would be lost. */
	isDirty = $state(false);
	#postponed = $state.raw<() => void>();

	constructor() {
		holdReload(() => this.isDirty);
		beforeNavigate(({ cancel, to, type }) => {
			if (!this.isDirty) return;
			cancel();
			if (type === 'leave' || to === null) return;
			this.#postponed = () => {
				void goto(resolve(to.url.pathname as '/'));
			};
		});
	}

	/** Something waits for the person to decide. */
	get isAsking(): boolean {
		return this.#postponed !== undefined;
	}

	/** Does it at once, or after the person gave up what is typed. */
	unlessDirty(work: () => void): void {
		if (this.isDirty) this.#postponed = work;
		else work();
	}

	/** The person goes on typing. */
	keep(): void {
		this.#postponed = undefined;
	}

	/** The person gives up what is typed. */
	discard(): void {
		const work = this.#postponed;
		this.#postponed = undefined;
		this.isDirty = false;
		work?.();
	}
}
