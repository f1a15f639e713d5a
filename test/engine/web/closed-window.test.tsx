import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { Hono } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { expect, it } from 'vitest';
import { Layout } from '../../../engine/web/layout.tsx';
import { pageHeaders } from '../../../engine/web/style.ts';
import { ClosedWindow } from '../../../engine/web/closed-window.tsx';
import { ReleasePage } from '../../../engine/web/release.tsx';
import { liveScript } from '../../../engine/web/live-script.ts';
import { accepted, drafts, tell } from '../../core/samples.ts';

/** A page as a browser gets it. */
async function render(element: JSX.Element): Promise<string> {
  const app = new Hono().get('/', (context) => context.html(element));
  return (await app.request('/')).text();
}

const closed = { until: '2026-11-30T03:00:00.000Z', why: 'the freeze', zone: 'Europe/Berlin' };

it('a page says until when a window is closed, in UTC, in its zone, and where the reader is', async () => {
  const { head } = tell(accepted, ...drafts('staging', 'turnRequested', 'windowClosed'));
  const page = await render(
    <ReleasePage head={head} timeline={{ events: [] }} unreached={[]} journey={[]} charts={[]} />,
  );
  expect(page).toMatch(
    /staging is closed by the freeze .* UTC \([^)]* Europe\/Berlin\)<time datetime="[^"]+Z" data-reader="">/,
  );
  expect(await render(<ClosedWindow closed={closed} />)).toContain(
    'until 2026-11-30 03:00 UTC (2026-11-30 04:00 Europe/Berlin)',
  );
  expect(await render(<ClosedWindow closed={{ why: closed.why, zone: closed.zone }} />)).not.toContain('<time');
});

it('the script of the pages is the one that browsers let run', async () => {
  const [, script = ''] = /<script>([^]*)<\/script>/.exec(await render(<Layout title="Releases" />)) ?? [];
  expect(script).toBe(liveScript);
  const digest = createHash('sha256').update(script).digest('base64');
  expect(pageHeaders['content-security-policy']).toContain(`script-src 'sha256-${digest}'`);
});

it('the script tells times relative to the engine, with the exact one on hover, and of windows where it runs', () => {
  const [ago, exact, reader] = [{}, { exact: '' }, { reader: '' }].map((dataset) => ({
    dataset,
    dateTime: closed.until,
    title: '',
    textContent: 'as served',
  }));
  const main = { dataset: { now: '2026-11-30T05:30:00.000Z' } };
  const document = {
    hidden: false,
    querySelectorAll: () => [ago, exact, reader],
    querySelector: (selector: string) => (selector === 'main' ? main : null),
  };
  runInNewContext(liveScript, { document, setInterval: () => 0, setTimeout: () => 0, Intl });
  expect(ago?.textContent).toBe('2 hours ago');
  expect(ago?.title).toMatch(/^2026-11-30 03:00:00 UTC; where you are: .*2026.* \S+$/);
  expect(exact?.textContent).toBe('as served');
  expect(reader?.textContent).toMatch(/^; where you are: .*2026.* \S+$/);
});
