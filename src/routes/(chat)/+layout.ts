/** Rendered at build time: there is something to see and to write in before any script is there. */
export const ssr = true;
export const prerender = true;
