/**
 * The two parts of the SDK that we use, as one lazy chunk: named here, the rest of it is left out
 * of the build, which makes it less than half as large.
 */
export { BaseAnthropic } from '@anthropic-ai/sdk/client';
export { Messages } from '@anthropic-ai/sdk/resources/messages/messages';
