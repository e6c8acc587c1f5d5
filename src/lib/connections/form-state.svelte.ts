/** What is typed into a connection form, and what follows from it. */
import type { ConnectionRow } from '#lib/db';
import type { ConnectionForm } from '#lib/engine';
import {
	cleanKey,
	normalizeBaseUrl,
	presets,
	type PresetId,
	type ProtocolId
} from '#lib/providers';
import {
	arePublished,
	checkForm,
	freeLabel,
	numbered,
	originOf,
	protocolChoices,
	tidyLabel,
	type FormCheck,
	type FormField
} from './form.ts';

const limitText = (limit: number | undefined): string => (limit === undefined ? '' : String(limit));

/** A number as typed, its thousands separated or not; NaN where it is none. */
function limitOf(text: string): number | undefined {
	const typed = text.trim();
	if (typed === '') return undefined;
	const isNumber = /^(?:\d+|\d{1,3}(?:[\s,._’']\d{3})+)$/.test(typed);
	return isNumber ? Number(typed.replace(/\D/g, '')) : Number.NaN;
}

export class FormState {
	/** The connection being edited; undefined for a new one. */
	readonly row: ConnectionRow | undefined;
	readonly #taken: readonly string[];
	#presetId = $state<PresetId>('openai');
	protocol = $state<ProtocolId>('openai-responses');
	label = $state('');
	/** The typed key: exists here from the first key press to saving or closing. */
	apiKey = $state('');
	baseUrl = $state('');
	requestsPerMinute = $state('');
	tokensPerMinute = $state('');
	/** Of a saved key: keep it, type another, or do without. */
	keyChange = $state<'keep' | 'replace' | 'remove'>('keep');
	problems = $state.raw<Partial<Record<FormField, string>>>({});
	/** The label that got a number last, and the one that was taken. */
	#numbered = $state.raw({ label: '', taken: '' });
	/** What the address was when something was cut from it last. */
	#cut = $state.raw({ url: '', leftOut: '' });
	readonly #untouched: string;
	#isSettled = $state(false);

	/** @param taken labels of the other connections */
	constructor(start: { row?: ConnectionRow; presetId?: PresetId; taken: readonly string[] }) {
		const { row, taken } = start;
		this.row = row;
		this.#taken = taken;
		const presetId = row?.presetId ?? start.presetId ?? 'openai';
		this.#presetId = presetId;
		this.protocol = row?.protocol ?? presets[presetId].protocol;
		this.label = row?.label ?? freeLabel(presetId, taken);
		this.baseUrl = row?.baseUrl ?? presets[presetId].baseUrl;
		const limits = row === undefined ? presets[presetId].limits : row.limits;
		this.requestsPerMinute = limitText(limits?.requestsPerMinute);
		this.tokensPerMinute = limitText(limits?.tokensPerMinute);
		this.#untouched = this.#typed();
	}

	#typed(): string {
		const { presetId, protocol, label, baseUrl, requestsPerMinute, tokensPerMinute } = this;
		return JSON.stringify([presetId, protocol, label, baseUrl, requestsPerMinute, tokensPerMinute]);
	}

	get presetId(): PresetId {
		return this.#presetId;
	}

	/** Another provider: what was left at its preset follows. */
	set presetId(presetId: PresetId) {
		const before = presets[this.#presetId];
		const after = presets[presetId];
		if (this.label === freeLabel(before.id, this.#taken) || this.label.trim() === '')
			this.label = freeLabel(presetId, this.#taken);
		if (this.baseUrl.trim() === '' || this.baseUrl === before.baseUrl) this.baseUrl = after.baseUrl;
		if (!protocolChoices(presetId).includes(this.protocol) || this.protocol === before.protocol)
			this.protocol = after.protocol;
		if (this.isLimitless || arePublished(before.id, this.limits)) this.takePublished(after.id);
		this.#presetId = presetId;
		this.problems = {};
	}

	/** The limits as typed. */
	get limits(): ConnectionForm['limits'] {
		const requestsPerMinute = limitOf(this.requestsPerMinute);
		const tokensPerMinute = limitOf(this.tokensPerMinute);
		return {
			...(requestsPerMinute !== undefined && { requestsPerMinute }),
			...(tokensPerMinute !== undefined && { tokensPerMinute })
		};
	}

	get isLimitless(): boolean {
		return this.requestsPerMinute.trim() === '' && this.tokensPerMinute.trim() === '';
	}

	/** Fills in what the provider publishes as its default limits. */
	takePublished(presetId: PresetId = this.presetId): void {
		const { limits } = presets[presetId];
		this.requestsPerMinute = limitText(limits?.requestsPerMinute);
		this.tokensPerMinute = limitText(limits?.tokensPerMinute);
	}

	/** Whether closing would lose something typed. */
	get isDirty(): boolean {
		if (this.#isSettled) return false;
		return this.apiKey !== '' || this.keyChange === 'remove' || this.#typed() !== this.#untouched;
	}

	/** Whether something around the typed key, or line breaks in it, are left out. */
	get isKeyCleaned(): boolean {
		const cleaned = cleanKey(this.apiKey);
		return 'cleaned' in cleaned && cleaned.cleaned;
	}

	/** The label of another connection, on whose account this one has a number; `''` for none. */
	get takenLabel(): string {
		return this.label === this.#numbered.label ? this.#numbered.taken : '';
	}

	/** A label that another connection has gets a number. */
	numberLabel(): void {
		const taken = tidyLabel(this.label);
		if (taken === '' || !this.#taken.includes(taken)) return;
		this.label = numbered(taken, this.#taken);
		this.#numbered = { label: this.label, taken };
	}

	/** What was cut from the address as it stands; `''` for nothing. */
	get leftOut(): string {
		return this.baseUrl === this.#cut.url ? this.#cut.leftOut : '';
	}

	/** The address becomes what is saved of it, as far as it is one. */
	cleanAddress(): void {
		const address = normalizeBaseUrl(this.baseUrl);
		if (!address.ok || address.url === this.baseUrl) return;
		this.baseUrl = address.url;
		this.#cut = address;
	}

	/** Host that the key would be sent to; undefined while the address is none. */
	get host(): string | undefined {
		const address = normalizeBaseUrl(this.baseUrl, presets[this.presetId]);
		return address.ok ? address.origin.replace(/^https?:\/\//, '') : undefined;
	}

	/** Whether the saved key can go on being used: it belongs to its origin. */
	get keepsKey(): boolean {
		const { row } = this;
		if (row === undefined || row.sealedKey === null) return false;
		const address = normalizeBaseUrl(this.baseUrl, presets[this.presetId]);
		return !address.ok || address.origin === originOf(row.baseUrl);
	}

	/** Whether there is a field to type a key into. */
	get asksForKey(): boolean {
		return this.keyChange !== 'remove' && !(this.keepsKey && this.keyChange === 'keep');
	}

	/** The form as the engine takes it. */
	get order(): ConnectionForm {
		const hasSaved = this.row !== undefined && this.row.sealedKey !== null;
		const keeps = hasSaved && this.keyChange !== 'remove' && this.apiKey.trim() === '';
		return {
			...(this.row !== undefined && { id: this.row.id }),
			presetId: this.presetId,
			protocol: this.protocol,
			label: this.label,
			baseUrl: this.baseUrl,
			...(!keeps && { apiKey: this.keyChange === 'remove' ? '' : this.apiKey }),
			limits: this.limits
		};
	}

	/** Checks what is typed and notes the problems at their fields. */
	check(): FormCheck {
		this.numberLabel();
		this.cleanAddress();
		const saved = this.row && {
			baseUrl: this.row.baseUrl,
			hasKey: this.row.sealedKey !== null
		};
		const check = checkForm(this.order, saved);
		this.problems = check.ok
			? {}
			: Object.fromEntries(check.problems.map(({ field, message }) => [field, message]));
		return check;
	}

	/** Forgets the typed key. */
	forgetKey(): void {
		this.apiKey = '';
	}

	/** What was typed is saved: nothing can be lost any more. */
	settle(): void {
		this.forgetKey();
		this.#isSettled = true;
	}
}
