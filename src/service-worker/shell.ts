/** What a host reads and the app never asks for, and pictures that only an installation needs. */
const outside = /^\/(?:_headers|_redirects|robots\.txt|screenshots\/|icons\/.*\.png)|\/\./;

/** Libraries of some weight that few pages need: kept on first use (vite.config.ts sets them apart). */
const lazy = /^\/_app\/immutable\/lazy\//;

/** Whether a file belongs to the shell that is kept from the first visit on. */
export const isShell = (url: string): boolean => !outside.test(url) && !lazy.test(url);
