declare module 'libsodium-sumo' {
	/**
	 * Makes an instance of the library; its members are those of the C headers with `_` in front.
	 * @param environment what the WebAssembly needs: `getRandomValue` gives 32 random bits
	 */
	export default function instantiate(environment: {
		readonly getRandomValue: () => number;
	}): Promise<unknown>;
}
