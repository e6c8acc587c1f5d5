export { default as Markdown } from './Markdown.svelte';
export { markdownToPlainText } from './plain-text.ts';
