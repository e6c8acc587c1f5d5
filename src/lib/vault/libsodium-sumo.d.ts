/** The bare library, which comes without types: what it gives is looked at before it is used. */
declare module 'libsodium-sumo' {
	export default function instantiate(options: {
		/** A random 32-bit number. */
		readonly getRandomValue: () => number;
	}): Promise<unknown>;
}
