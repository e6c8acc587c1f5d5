/** The vault for the page: its view, its screens, and what both realms say about it. No keys. */
export { default as LockScreen } from './LockScreen.svelte';
export { default as SecuritySettings } from './SecuritySettings.svelte';
export type { PassphraseResult, UnlockResult, VaultStatus, VaultVerbs } from './types.ts';
export { VaultView } from './vault.svelte.ts';
