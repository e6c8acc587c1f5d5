import { fit } from './fit.js';
import { list } from './list.js';
import { load } from './load.js';
import { meter } from './meter.js';
import { open } from './open.js';
import { send } from './send.js';
import { size } from './size.js';
import { flood, growth, stream, styles } from './stream.js';
import { usage } from './usage.js';

/** @type {Record<string, import('../run.js').Row>} */
export const rows = {
	fit,
	size,
	load,
	list,
	open,
	send,
	meter,
	stream,
	flood,
	styles,
	growth,
	usage
};
