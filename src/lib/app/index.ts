/** Composition root of the page. */
export {
	getApp,
	setApp,
	Startup,
	type App,
	type StartFailure,
	type StartState
} from './app.svelte.ts';
export { default as AppContext } from './AppContext.svelte';
export { default as StartFailed } from './StartFailed.svelte';
