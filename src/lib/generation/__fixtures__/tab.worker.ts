/** Another tab's engine: starts one answer, streams a little and goes on for ever. Then it is killed. */
import { question, openTab } from './tabs.ts';

self.onmessage = async ({ data }: MessageEvent<{ name: string }>) => {
	const tab = await openTab(data.name);
	const receipt = await tab.generation.send(question('Will you finish?'));
	const call = await tab.call();
	call.reasoning('Thinking.').text('I had got this far');
	self.postMessage(receipt);
};
