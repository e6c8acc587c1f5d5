/** Limits as the page shows them. */
export { freshLimits, freshModelLimits, limitsInForce } from './learn.ts';
