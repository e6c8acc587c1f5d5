import type { ConversationId, MessageId, MessageKey } from '#lib/db';

/**
 * The shape of one conversation: who answers whom, without a single body. Built from primary keys
 * alone (`readSkeleton`). Data may come from other devices in any order, so a parent may be missing
 * and, after a fault, parents may even form a circle: every walk ends all the same.
 */
export class MessageTree {
	readonly #parents = new Map<MessageId, MessageId | ''>();
	readonly #children = new Map<MessageId | '', MessageId[]>();

	constructor(keys: Iterable<readonly [ConversationId, MessageId | '', MessageId] | MessageKey>) {
		for (const [, parentId, id] of keys) {
			if (this.#parents.has(id)) continue;
			this.#parents.set(id, parentId);
			const siblings = this.#children.get(parentId);
			if (siblings) siblings.push(id);
			else this.#children.set(parentId, [id]);
		}
		for (const siblings of this.#children.values()) siblings.sort();
	}

	get size(): number {
		return this.#parents.size;
	}

	has(id: MessageId | ''): boolean {
		return id !== '' && this.#parents.has(id);
	}

	/** `''` for a root and for a message that is not here. */
	parentOf(id: MessageId): MessageId | '' {
		return this.#parents.get(id) ?? '';
	}

	/** Direct answers or follow-ups, oldest first; of `''`: the roots. */
	childrenOf(id: MessageId | ''): readonly MessageId[] {
		return this.#children.get(id) ?? [];
	}

	/** The branch that ends in a message, oldest first, itself included. Empty when it is not here. */
	branchTo(leafId: MessageId | ''): MessageId[] {
		const branch: MessageId[] = [];
		const seen = new Set<MessageId>();
		let id = leafId;
		while (id !== '' && this.#parents.has(id) && !seen.has(id)) {
			seen.add(id);
			branch.push(id);
			id = this.parentOf(id);
		}
		return branch.reverse();
	}

	/** The alternatives that a pager turns through, oldest first, itself included. */
	siblings(id: MessageId): readonly MessageId[] {
		const parentId = this.#parents.get(id);
		return parentId === undefined ? [] : this.childrenOf(parentId);
	}

	/** The newest end of all branches that go through a message; itself when nothing follows it. */
	newestLeafBelow(id: MessageId): MessageId {
		let newest: MessageId | undefined;
		const seen = new Set<MessageId>([id]);
		const open = [id];
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			const children = this.childrenOf(next);
			if (children.length === 0 && (newest === undefined || next > newest)) newest = next;
			for (const child of children) {
				if (seen.has(child)) continue;
				seen.add(child);
				open.push(child);
			}
		}
		return newest ?? id;
	}

	/** Where to start when no leaf was chosen: the newest end of any branch; `''` when empty. */
	get defaultLeaf(): MessageId | '' {
		let leaf: MessageId | '' = '';
		let last: MessageId | '' = '';
		for (const id of this.#parents.keys()) {
			if (id > last) last = id;
			if (id > leaf && this.childrenOf(id).length === 0) leaf = id;
		}
		return leaf === '' ? last : leaf;
	}

	/** The chosen leaf if it is still here, continued to its newest end; else the default. */
	leafFrom(chosen: MessageId | ''): MessageId | '' {
		return chosen !== '' && this.has(chosen) ? this.newestLeafBelow(chosen) : this.defaultLeaf;
	}
}
