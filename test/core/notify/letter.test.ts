import { describe, expect, it } from 'vitest';
import { fitParagraphs, writeLetter } from '../../../core/notify/letter.ts';

describe('a message to people', () => {
  it('keeps what it quotes within its line, in both forms', () => {
    const author = 'Dana\n\nSee the change and decide:\nhttps://evil.example/\u202e<b>';
    const { subject, text, html } = writeLetter(`Release\r\nBcc: ${author}`, [
      `${author} asks.`,
      {
        title: `Changes by ${author}`,
        items: [{ text: author }, { text: 'commits', link: 'https://github.com/a/b?x="' }],
      },
      { label: 'See the change and decide', link: 'https://api.example.com/a?x=1&y="' },
    ]);
    expect(subject).not.toMatch(/\p{Cc}/u);
    expect(text.split('\n').filter((line) => line.startsWith('http'))).toEqual(['https://api.example.com/a?x=1&y="']);
    expect(text).toContain('\n\nSee the change and decide:\nhttps://api.example.com/');
    expect(text).toContain('Dana\\u{a}\\u{a}See');
    expect(`${text}${html}`).not.toMatch(/\p{Cf}/u);
    expect(html).not.toContain('<b>');
    expect(html.match(/<a href="[^"]*">/g)).toEqual([
      '<a href="https://github.com/a/b?x=&#34;">',
      '<a href="https://api.example.com/a?x=1&#38;y=&#34;">',
    ]);
    expect(text).toContain('  - commits: https://github.com/a/b?x="');
    expect(html).toContain('<ul><li>Dana');
  });

  it('is a document that can be read aloud, and on a telephone', () => {
    const { html } = writeLetter('Release <1>?', ['Hello']);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en"><head>.*<title>Release &#60;1&#62;\?<\/title><\/head>/);
    expect(html).toMatch(/overflow-wrap:anywhere">\n<h1 style="font-size:1.2rem">Hello<\/h1>\n<\/main>/);
  });
});

describe('a message that has too much to say', () => {
  const line = { text: 'x'.repeat(100) };
  const list = { title: 'List', items: [line, line, line] };

  it('says as much as there is room for, and how much more there is', () => {
    expect(fitParagraphs(['One.', list], ['End.'], 2_000, 0)).toEqual(['One.', list, 'End.']);
    expect(fitParagraphs(['One.', list], ['End.'], 2_000, 7)).toContain(
      '… and 7 more: the page and the API have them.',
    );
    const cut = fitParagraphs(['One.', list, 'Two.', { label: 'L', link: 'https://a' }], ['End.'], 800, 0);
    expect(cut).toEqual([
      'One.',
      { title: 'List', items: [line, line] },
      '… and 3 more: the page and the API have them.',
      'End.',
    ]);
    expect(fitParagraphs([list], ['End.'], 300, 0)).toEqual(['… and 3 more: the page and the API have them.', 'End.']);
  });
});
