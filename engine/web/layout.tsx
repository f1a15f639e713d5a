import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { readersTime } from './readers-time.ts';
import { style } from './style.ts';

/** The frame of every page. */
export function Layout({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title} · Sluice</title>
          <style>{raw(style)}</style>
        </head>
        <body>
          <header>
            <strong>Sluice</strong>
            <nav aria-label="Main">
              <a href="/">Releases</a>
            </nav>
          </header>
          <main>{children}</main>
          <footer>Times are UTC. Everything here is read from the ledger.</footer>
          <script>{raw(readersTime)}</script>
        </body>
      </html>
    </>
  );
}

/** `2026-11-20 10:00:00`. */
export function Time({ at }: { readonly at: string }) {
  return <time datetime={at}>{at.slice(0, 19).replace('T', ' ')}</time>;
}

/** A page with one message: an error, a confirmation. */
export function Notice(properties: { readonly title: string; readonly bad?: boolean; readonly children?: Child }) {
  return (
    <Layout title={properties.title}>
      <h1>{properties.title}</h1>
      <div class={properties.bad === true ? 'notice bad' : 'notice'}>{properties.children}</div>
    </Layout>
  );
}

/** A table that may be wider than a telephone: it is scrolled by itself, with the keyboard, too. @param label what it shows */
export function Wide({ label, children }: { readonly label: string; readonly children?: Child }) {
  return (
    <div class="wide" role="region" aria-label={label} tabindex={0}>
      {children}
    </div>
  );
}
