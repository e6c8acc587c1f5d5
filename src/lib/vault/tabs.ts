import * as v from 'valibot';

export type Channel = Pick<
	BroadcastChannel,
	'postMessage' | 'addEventListener' | 'removeEventListener' | 'close'
>;

const messageSchema = v.variant('type', [
	v.object({ type: v.literal('changed') }),
	v.object({ type: v.literal('activity'), at: v.pipe(v.number(), v.safeInteger()) })
]);
type Message = v.InferOutput<typeof messageSchema>;

/** What the vaults of all tabs tell each other. What is not understood is not heard. */
export class Tabs {
	readonly #channel: Channel;
	readonly #hear: (message: Message) => void;

	constructor(channel: Channel, hear: (message: Message) => void) {
		this.#channel = channel;
		this.#hear = hear;
		channel.addEventListener('message', this.#onMessage);
	}

	tell(message: Message): void {
		this.#channel.postMessage(message);
	}

	close(): void {
		this.#channel.removeEventListener('message', this.#onMessage);
		this.#channel.close();
	}

	readonly #onMessage = (event: MessageEvent<unknown>): void => {
		const message = v.safeParse(messageSchema, event.data);
		if (message.success) this.#hear(message.output);
	};
}
