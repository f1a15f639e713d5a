import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the Chromium of this machine: none is downloaded. @throws Error that says how to get it */
export function openChromium(): Promise<Browser> {
  const { CHROMIUM: named } = process.env;
  const found = [...(named === undefined ? usual : [named])].find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(
      `There is no Chromium at ${named ?? usual.join(' or ')}. Install it (Debian, Ubuntu: apt-get install -y chromium), or name the program in the variable CHROMIUM.`,
    );
  return chromium.launch({
    executablePath: found,
    // As root, as in a container, Chromium has no sandbox; it asks for nothing outside of this machine.
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
}

/** What went wrong, and what the open pages show. */
export async function withPages(cause: unknown, browser: Browser | undefined): Promise<Error> {
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  const shown = await Promise.all(pages.map((page) => page.locator('body').innerText()));
  return new Error([String(cause), ...shown].join('\n––––\n'), { cause });
}
