/** Markdown as the page shows it: `<Markdown text tone />`. */
export { default as Markdown } from './Markdown.svelte';
