import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerHttp } from '../../../engine/http/event.ts';

const event: unknown = JSON.parse(readFileSync('events/read.page.json', 'utf8'));
const hostile = 'Dana\u202e\u001b[2J\u200b';

describe('an answer', () => {
  it('that is a page shows what acts or hides, wherever it was quoted', async () => {
    const headers = { 'content-type': 'text/html; charset=UTF-8' };
    const page = await answerHttp(event, { answer: () => new Response(`<p>\n${hostile}</p>`, { headers }) });
    expect(page.body).toBe('<p>\nDana\\u{202e}\\u{1b}[2J\\u{200b}</p>');
  });

  it('that is a document is left as it is: clients check its hashes', async () => {
    const document = await answerHttp(event, { answer: () => Response.json({ author: hostile }) });
    expect(JSON.parse(document.body)).toEqual({ author: hostile });
  });
});
