/**
 * The part of the SDK that we use, as a lazy chunk: named here, the rest of it is left out of the
 * build, which makes it a third as large.
 */
export { BaseAnthropic } from '@anthropic-ai/sdk/client';
