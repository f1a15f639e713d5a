import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'local-aws/README.md', 'sam-transform/README.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A document without its code, where brackets are no links and `#` begins no heading. */
function textOf(document: string): string {
  return readFileSync(document, 'utf8').replace(/^( *)```[^]*?^\1```$/gm, '');
}

/** The anchors that GitHub gives to a document's headings: https://docs.github.com/get-started/writing-on-github — section links. */
function anchorsOf(document: string): string[] {
  const seen = new Map<string, number>();
  return [...textOf(document).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const plain = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(plain) ?? 0;
    seen.set(plain, times + 1);
    return times === 0 ? plain : `${plain}-${times}`;
  });
}

/** Links into the repository: file and anchor, either of which may be empty. */
function linksOf(document: string): { readonly file: string; readonly anchor: string }[] {
  return [...textOf(document).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, file = '', anchor = '']) => ({ file, anchor }),
  );
}

describe.each(documents)('%s', (document) => {
  const to = (file: string): string => (file === '' ? document : path.join(path.dirname(document), file));

  it('links to files that exist', () => {
    expect(linksOf(document).filter(({ file }) => !existsSync(to(file)))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const dangling = linksOf(document).filter(
      ({ file, anchor }) =>
        anchor !== '' && to(file).endsWith('.md') && existsSync(to(file)) && !anchorsOf(to(file)).includes(anchor),
    );
    expect(dangling).toEqual([]);
  });
});

it('every page of docs/ is linked from its index', () => {
  const linked = new Set(linksOf('docs/README.md').map(({ file }) => path.join('docs', file)));
  const pages = documents.filter((name) => name.startsWith('docs/') && name !== 'docs/README.md');
  expect(pages.filter((page) => !linked.has(page))).toEqual([]);
});
