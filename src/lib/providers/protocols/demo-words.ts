/** What the demo says. */
export interface DemoAnswer {
	readonly reasoning: string;
	readonly text: string;
}

const tourReasoning = `This is the first message, so a short tour fits best. It should show what an answer can look like: a list, a table, code and maths. And it should say plainly that nobody is thinking here: this text is part of the app, and so is this block of “reasoning”. With a real model it shows how the model came to its answer.`;

const tour = `# Welcome to Parlance

I am the **demo**: a guide that lives inside the app, not a language model. Nothing you write to me leaves this device, and I work without a key and without a network.

Here is what you can do:

- **Connect a model.** Open *Settings → Connections*, choose a provider and paste your own key. It is encrypted on this device and goes to that provider only.
- **Run models at home.** Ollama, LM Studio, llama.cpp and vLLM work without any account.
- **Change your mind.** Edit a message or regenerate an answer: the earlier version stays, and the pager under the message switches between them.
- **Stop and continue.** Stop keeps what has arrived; Continue goes on from there.

## What an answer can contain

| Kind | Written as | Good to know |
| --- | --- | --- |
| Table | Markdown | wide ones scroll |
| Code | a fence with a language | copy it with one key |
| Maths | TeX between dollar signs | rendered without a network |

Code is highlighted once its block is complete:

\`\`\`ts
function greet(name: string): string {
	return \`Hello, \${name}\`;
}
\`\`\`

Maths stands in a line, like $e^{i\\pi} + 1 = 0$, or by itself:

$$
\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}
$$

> Your conversations are stored in this browser. They stay here until you delete them.

Ask me for **code**, a **table**, **maths**, or about your **keys** and your **data**; or connect a model and ask it anything.`;

const topics: readonly (readonly [RegExp, string])[] = [
	[
		/\b(?:api )?keys?\b|passphrase|secret|encrypt/i,
		`Your API keys are encrypted before they are stored on this device. In clear they exist only inside the part of the app that talks to providers, and each key is sent only to the address it was saved for.

1. Add one in *Settings → Connections*.
2. Test it there: the app asks the provider for its list of models.
3. Set a passphrase in *Settings → Security* if other people use this device.`
	],
	[
		/\bdata\b|privacy|private|offline|export|backup|delete/i,
		`Conversations, drafts and settings are kept in this browser's database. No account and no server is needed, and everything but asking a model works offline.

Open *Settings → Data* to see what is stored and how safe it is from being cleared by the browser.`
	],
	[
		/\bcode\b|program|script|function|python|javascript|typescript/i,
		`Here is a piece of code, written when this app was made:

\`\`\`python
def fibonacci(count: int) -> list[int]:
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers[:count]

print(fibonacci(10))
\`\`\`

A connected model writes code for *your* question; I can only show how it looks.`
	],
	[
		/\btable\b|compare|spreadsheet/i,
		`| Provider | Runs | Needs a key |
| --- | --- | :-: |
| OpenAI, Anthropic, Gemini, Mistral, Groq | in the cloud | yes |
| Ollama, LM Studio, llama.cpp, vLLM | on your machine | no |
| Demo | inside this app | no |`
	],
	[
		/\bmaths?\b|equation|formula|tex\b|integral/i,
		`The solutions of $ax^2 + bx + c = 0$ are

$$
x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}
$$

I did not compute anything: the formula is part of this text.`
	],
	[
		/\b(?:hi|hello|hey|good (?:morning|evening))\b/i,
		`Hello. I am still the demo, and glad to show how things look here. Ask for **code**, a **table** or **maths**, or connect a model in *Settings → Connections* for a real conversation.`
	]
];

function quote(question: string): string {
	const lines = question.trim().split('\n').slice(0, 6);
	return lines.map((line) => `> ${line.slice(0, 200)}`).join('\n');
}

function plainAnswer(question: string): string {
	const count = question.trim().split(/\s+/).filter(Boolean).length;
	return `You wrote ${count === 1 ? 'one word' : `${count} words`}:

${quote(question)}

I cannot think about them: I am a script that came with the app, not a model. To get a real answer, connect one in *Settings → Connections* and choose it above the message field; this conversation can go on with it right here.

What I can show: **code**, a **table**, **maths**, and how your **keys** and your **data** are kept.`;
}

/** The answer to the last of the person's messages; the first one gets the tour. */
export function demoAnswer(questions: readonly string[]): DemoAnswer {
	const question = questions.at(-1) ?? '';
	if (questions.length <= 1) return { reasoning: tourReasoning, text: tour };
	const topic = topics.find(([pattern]) => pattern.test(question));
	return { reasoning: '', text: topic?.[1] ?? plainAnswer(question) };
}
