import { scriptURL } from '#lib/trusted';
import { Workbox } from 'workbox-window';

/** What tells of new versions: the service worker's registration, or a stand-in. */
export interface UpdateSource {
	/** Registers the service worker. `waiting`: a new version stands ready. `replaced`: it has taken over. */
	start(events: { waiting: () => void; replaced: () => void }): Promise<void>;
	/** Asks the server for a new version now; a failure means that there is none yet. */
	check(): Promise<void>;
	/** Lets the waiting version take over, in all tabs. */
	activate(): void;
}

/** The service worker of this origin. */
export function serviceWorkerUpdates(): UpdateSource {
	const workbox = new Workbox(scriptURL('/service-worker.js'), { scope: '/' });
	let isControlled = navigator.serviceWorker.controller !== null;
	return {
		async start({ waiting, replaced }) {
			workbox.addEventListener('waiting', waiting);
			// The first version ever takes over too, and replaces none.
			navigator.serviceWorker.addEventListener('controllerchange', () => {
				if (isControlled) replaced();
				isControlled = true;
			});
			await workbox.register({ immediate: true });
		},
		check: () => workbox.update(),
		activate() {
			workbox.messageSkipWaiting();
		}
	};
}
