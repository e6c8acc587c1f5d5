/** The vault as the engine knows it: keys at rest, sealed and opened. Runs in the worker only. */
export { createMemoryVaultStore, type VaultStore } from './store.ts';
export { Vault } from './vault.ts';
