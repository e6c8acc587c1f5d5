/** Takes a Web Lock and holds it until the returned function is called, or this realm ends. */
export function holdLock(locks: LockManager, name: string): Promise<() => void> {
	return new Promise((resolve, reject) => {
		locks
			.request(
				name,
				() =>
					new Promise<void>((release) => {
						resolve(release);
					})
			)
			.catch(reject);
	});
}
