/** The vault for the page: its view, its screens, and what both realms say about it. No keys. */
/** Loads the lock screen: nobody needs it who has not locked anything. */
export const loadLockScreen = async () => (await import('./LockScreen.svelte')).default;
/** Loads what Settings → Security shows. */
export const loadSecuritySettings = async () => (await import('./SecuritySettings.svelte')).default;
export type { VaultVerbs } from './types.ts';
export { VaultView } from './vault.svelte.ts';
