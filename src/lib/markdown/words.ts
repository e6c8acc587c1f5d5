/** Every sentence and label this feature shows. */
export const words = {
	plainCode: 'Code',
	codeBlock: (language: string) => (language === words.plainCode ? 'Code' : `${language} code`),
	wrapLines: 'Wrap lines',
	downloadCode: 'Download code',
	copyCode: 'Copy code',
	copy: 'Copy',
	copied: 'Copied',
	copyFailed: 'Not copied',
	showAllLines: (count: number) => `Show all ${new Intl.NumberFormat().format(count)} lines`,
	table: 'Table',
	formula: 'Formula',
	image: 'Image',
	imageFrom: (host: string) => `on ${host}`,
	openImage: 'Open image',
	taskDone: 'Done',
	taskOpen: 'Not done'
} as const;
