import type { MessageId } from '#lib/db/engine';
import * as v from 'valibot';

const Order = v.object({ verb: v.picklist(['stop', 'retry-now']), answerId: v.string() });

/** How one tab's engine orders what another one's is to do with its running answers. */
export class Control {
	readonly #channel = new BroadcastChannel('generation');

	constructor(onOrder: (verb: 'stop' | 'retry-now', answerId: MessageId) => void) {
		this.#channel.onmessage = ({ data }) => {
			const order = v.safeParse(Order, data);
			if (order.success) onOrder(order.output.verb, order.output.answerId as MessageId);
		};
	}

	/** To every other tab; the one that runs the answer obeys. */
	order(verb: 'stop' | 'retry-now', answerId: MessageId): void {
		this.#channel.postMessage({ verb, answerId });
	}

	close(): void {
		this.#channel.close();
	}
}
