export { VaultError } from './errors.ts';
export type { Bytes } from './envelope.ts';
export { createMemoryVaultStore, type VaultRow, type VaultStore } from './store.ts';
export type { SecretContext } from './secrets.ts';
export { Vault, type OpenFailure } from './vault.ts';
export type { PassphraseResult, UnlockResult, VaultStatus } from './types.ts';
