/** Connections as the page knows them. */
export { demoConnection, demoId, demoModels } from './demo.ts';
