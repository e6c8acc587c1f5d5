/** Work that may wait is done in small slices, so that no frame is lost over it. */
const budget = 5;

type Work = () => void;

const queue: Work[] = [];
let isScheduled = false;

function run(): void {
	isScheduled = false;
	const end = performance.now() + budget;
	while (performance.now() < end) {
		const work = queue.shift();
		if (work === undefined) return;
		work();
	}
	schedule();
}

function schedule(): void {
	if (isScheduled) return;
	isScheduled = true;
	// frames stop in hidden tabs, where nobody waits for the result either
	requestAnimationFrame(() => setTimeout(run));
}

/** Does `work` soon, in a slice of a few milliseconds shared with other such work. */
export function soon(work: Work): void {
	queue.push(work);
	schedule();
}
