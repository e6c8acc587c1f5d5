import { list } from './list.js';
import { load } from './load.js';
import { open } from './open.js';
import { send } from './send.js';
import { size } from './size.js';
import { stream } from './stream.js';

/** @type {Record<string, import('../run.js').Row>} */
export const rows = { size, load, list, open, send, stream };
