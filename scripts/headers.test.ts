import { expect, it } from 'vitest';
import { headerFiles, staleHeaderFiles } from './headers.js';

it('the header files of other hosts say what our own servers do', () => {
	expect(staleHeaderFiles(), 'run node scripts/headers.js').toEqual([]);
});

it('every host gives the engine worker its own policy', () => {
	for (const [path, text] of Object.entries(headerFiles)) {
		if (path.endsWith('_redirects')) continue;
		expect(text, path).toContain("trusted-types 'none'");
		expect(text, path).toContain('frame-ancestors');
	}
});
