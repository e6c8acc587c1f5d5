import { expect, test } from 'vitest';
import { findSections, isSectionId, sections } from './sections.ts';

const found = (query: string) => findSections(query).map(({ section }) => section.id);

test('settings are found by what they are about', () => {
	expect(found('')).toEqual(sections.map((section) => section.id));
	expect(found('dark')).toEqual(['appearance']);
	expect(findSections('dark')[0]?.entries).toEqual(['Theme, dark or light']);
	expect(found('API key')).toEqual(['connections']);
	expect(found('models')).toContain('models');
	expect(found('nothing of the kind')).toEqual([]);
});

test('only known sections are sections', () => {
	expect(isSectionId('usage')).toBe(true);
	expect(isSectionId('toString')).toBe(false);
});
