/** The SDK's client alone, as one lazy chunk: what else its index exports is left out of the build. */
export { OpenAI } from 'openai/client';
