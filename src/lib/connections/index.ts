/**
 * Connections as the page knows them. Screens are loaded on demand: none belongs to the first
 * screen.
 */
export { defaultChoice, modelOption, readChoices } from './choices.ts';
export { demoConnection, demoId, demoModels } from './demo.ts';
export {
	findRoute,
	firstUsable,
	isRouteChoice,
	routeConnectionId,
	stepsOf,
	type Route
} from './routes.ts';

/** The model picker: `{ anchor, value, onchoose, onclose }`. */
export const loadModelPicker = async () => (await import('./ModelPicker.svelte')).default;

/** Settings → Connections. */
export const loadConnectionsPage = async () => (await import('./ConnectionsPage.svelte')).default;
/** Settings → Models. */
export const loadModelsPage = async () => (await import('./ModelsPage.svelte')).default;
