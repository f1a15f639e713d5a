import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { liveScript } from './live-script.ts';
import { style } from './style.ts';
import { homePath, livePath, releasesPath, signOutPath } from './paths.ts';

/** What a page is framed with. */
interface LayoutProperties {
  readonly title: string;
  /** Something on it moves: the page reads itself again. */
  readonly live?: boolean;
  /** Whoever sees it has no session, as far as the page knows: there is nothing to sign out of. */
  readonly open?: boolean;
  readonly children?: Child;
}

/** The frame of every page. */
export function Layout({ title, live = false, open = false, children }: LayoutProperties) {
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
              <a href={homePath}>What is live</a> <a href={livePath}>What was live</a>{' '}
              <a href={releasesPath}>Releases</a> {open ? null : <a href={signOutPath}>Sign out</a>}
            </nav>
          </header>
          <main data-now="" data-live={live ? '' : undefined}>
            {children}
          </main>
          <footer>Everything here is read from the ledger. Exact times are UTC.</footer>
          <script>{raw(liveScript)}</script>
        </body>
      </html>
    </>
  );
}

/** `2026-11-20 10:00:00`; the script tells how long ago that is, unless it is to stay exact. */
export function Time({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) {
  return (
    <time datetime={at} data-exact={exact ? '' : undefined}>
      {at.slice(0, 19).replace('T', ' ')}
    </time>
  );
}

interface NoticeProperties extends Omit<LayoutProperties, 'live'> {
  readonly bad?: boolean;
}

/** A page with one message: an error, a confirmation. */
export function Notice(properties: NoticeProperties) {
  return (
    <Layout title={properties.title} open={properties.open === true}>
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
