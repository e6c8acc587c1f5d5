/**
 * Takes a Web Lock that nobody holds, and holds it until the returned function is called, or this
 * realm ends. Rejects when somebody does: who waited for it inside a transaction would wait for ever.
 */
export function holdLock(locks: LockManager, name: string): Promise<() => void> {
	return new Promise((resolve, reject) => {
		locks
			.request(name, { ifAvailable: true }, (lock) => {
				if (lock === null) throw new Error('This answer is being written.');
				return new Promise<void>((release) => {
					resolve(release);
				});
			})
			.catch(reject);
	});
}
