import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, MessageId, MessageKey } from '#lib/db';
import { MessageTree } from './tree.ts';

const conversation = 'c' as ConversationId;
const id = (n: number): MessageId => `m${String(n).padStart(4, '0')}` as MessageId;
const key = (parent: MessageId | '', child: MessageId): MessageKey => [conversation, parent, child];

/** Every message answers an earlier one or is a root. */
const forests = fc
	.array(fc.nat(), { maxLength: 60 })
	.map((picks) =>
		picks.map((pick, n) => {
			const parent = pick % (n + 1);
			return key(parent === n ? '' : id(parent), id(n));
		})
	)
	.chain((keys) => fc.shuffledSubarray(keys, { minLength: keys.length }));

/** Any parents at all: missing ones, circles, itself. */
const tangles = fc
	.array(fc.option(fc.nat({ max: 40 }), { nil: undefined }), { maxLength: 40 })
	.map((parents) => parents.map((parent, n) => key(parent === undefined ? '' : id(parent), id(n))));

describe('a conversation tree', () => {
	it('follows a branch from its root to the leaf', () => {
		const tree = new MessageTree([key(id(1), id(2)), key('', id(1)), key(id(1), id(3))]);
		expect(tree.branchTo(id(3))).toEqual([id(1), id(3)]);
		expect(tree.siblings(id(2))).toEqual([id(2), id(3)]);
		expect(tree.newestLeafBelow(id(1))).toBe(id(3));
		expect(tree.defaultLeaf).toBe(id(3));
	});

	it('goes to the newest end of an older sibling', () => {
		const tree = new MessageTree([
			key('', id(1)),
			key(id(1), id(2)),
			key(id(1), id(3)),
			key(id(2), id(4)),
			key(id(4), id(5))
		]);
		expect(tree.leafFrom(id(2))).toBe(id(5));
		expect(tree.leafFrom(id(3))).toBe(id(3));
		expect(tree.leafFrom(id(99))).toBe(id(5));
	});

	it('has no leaf while it is empty', () => {
		const tree = new MessageTree([]);
		expect(tree.defaultLeaf).toBe('');
		expect(tree.branchTo(id(1))).toEqual([]);
		expect(tree.siblings(id(1))).toEqual([]);
	});

	it('starts the branch below a missing parent', () => {
		const tree = new MessageTree([key(id(7), id(8)), key(id(8), id(9))]);
		expect(tree.branchTo(id(9))).toEqual([id(8), id(9)]);
	});

	it('holds every message in exactly one group of siblings', () => {
		fc.assert(
			fc.property(forests, (keys) => {
				const tree = new MessageTree(keys);
				const groups = new Set(keys.map(([, , child]) => tree.siblings(child)));
				const members = [...groups].flat();
				expect(members.toSorted()).toEqual(keys.map(([, , child]) => child).toSorted());
				for (const group of groups) expect(group).toEqual(group.toSorted());
			})
		);
	});

	it('names a branch by its leaf: parents lead back to a root, order is kept', () => {
		fc.assert(
			fc.property(forests, (keys) => {
				const tree = new MessageTree(keys);
				for (const [, , child] of keys) {
					const branch = tree.branchTo(child);
					expect(branch.at(-1)).toBe(child);
					branch.forEach((member, n) => {
						expect(tree.parentOf(member)).toBe(n === 0 ? '' : branch[n - 1]);
					});
					const leaf = tree.newestLeafBelow(child);
					expect(tree.childrenOf(leaf)).toEqual([]);
					expect(tree.branchTo(leaf)).toContain(child);
				}
			})
		);
	});

	it('ends every walk, whatever the parents are', () => {
		fc.assert(
			fc.property(tangles, (keys) => {
				const tree = new MessageTree(keys);
				for (const [, , child] of keys) {
					const branch = tree.branchTo(child);
					expect(new Set(branch).size).toBe(branch.length);
					expect(tree.has(tree.newestLeafBelow(child))).toBe(true);
				}
				expect(tree.has(tree.defaultLeaf)).toBe(keys.length > 0);
			})
		);
	});
});
