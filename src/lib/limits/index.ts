/** Limits as the page shows them. */
export { freshLimits, limitsInForce } from './learn.ts';
