import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlCommand, KEY_PLACEHOLDER } from './curl.ts';

/** The arguments that a shell makes of a command, with a key set. */
function argumentsOf(command: string): string[] {
	const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
	const out = execFileSync('sh', ['-c', script], { env: { API_KEY: 'sk-own' } });
	return out.toString('utf8').split('\0').slice(0, -1);
}

describe('a request as a command', () => {
	it('takes whoever’s key is set, and keeps the body word for word', () => {
		const args = argumentsOf(
			curlCommand({
				method: 'POST',
				url: 'https://api.example.com/v1?a=1&b=2',
				headers: { authorization: `Bearer ${KEY_PLACEHOLDER}`, 'content-type': 'application/json' },
				body: JSON.stringify({ text: `It's "$HOME" and \`date\`\n\\ done` })
			})
		);
		expect(args).toContain('authorization: Bearer sk-own');
		expect(args).toContain('https://api.example.com/v1?a=1&b=2');
		expect(JSON.parse(args.at(-1) ?? '')).toEqual({ text: `It's "$HOME" and \`date\`\n\\ done` });
	});

	it('survives any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				const command = curlCommand({
					method: 'POST',
					url: 'https://api.example.com',
					headers: {},
					body: JSON.stringify({ text })
				});
				expect(JSON.parse(argumentsOf(command).at(-1) ?? '')).toEqual({ text });
			}),
			{ numRuns: 30 }
		);
	});
});
