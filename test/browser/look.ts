import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import * as z from 'zod';

/** Where the pictures go. */
export const SCREENSHOTS =
  process.env['SCREENSHOTS'] ?? new URL('../../node_modules/.cache/screenshots', import.meta.url).pathname;

/** Where a copy is. */
const COPY = 'http://copy.localhost/';

/** A desk and a telephone. */
const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
] as const;

/** Dates and times in tables that are not on one line. */
const BROKEN_DATES =
  "[...document.querySelectorAll('.date, .wide time')].filter((one) => one.getClientRects().length > 1).map((one) => one.textContent)";

const violations = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      help: z.string(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
});

/**
 * Takes pictures of what a page shows, on a desk and on a telephone, in light and in dark; and expects that nothing of it is wider than
 * the screen, that dates in tables are on one line, that buttons are large enough to be hit, and that axe finds nothing. Looks at a copy: a page may read itself
 * again, or send its form, and lets in no script but its own.
 * @param where the copy is shown: axe is a script, which a page without JavaScript does not run
 */
export async function look(shown: Page, name: string, where = shown.context()): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const page = await where.newPage();
  const body = (await shown.content()).replace(/<meta http-equiv="refresh"[^>]*>/, '').replace(' data-at-once=""', '');
  await page.route(COPY, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await page.goto(COPY);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const size of sizes) {
      await page.setViewportSize(size);
      const what = `${name}-${size.width}-${colorScheme}`;
      await page.screenshot({ path: join(SCREENSHOTS, `${what}.png`), fullPage: true });
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect.soft(wide, `${what} is wider than the screen`).toBeLessThanOrEqual(size.width);
      const broken = z.array(z.string()).parse(await page.evaluate(BROKEN_DATES));
      expect.soft(broken, `dates of ${what} go over lines`).toEqual([]);
      for (const button of await page.getByRole('button').all()) {
        const box = await button.boundingBox();
        expect.soft(box?.height, `a button of ${what} is low`).toBeGreaterThanOrEqual(24);
        expect.soft((box?.x ?? 0) + (box?.width ?? 0), `a button of ${what} is cut`).toBeLessThanOrEqual(size.width);
      }
    }
    await expectAccessible(page, `${name} in ${colorScheme}`);
  }
  await page.close();
  // In the background a page may wait before it reads itself again.
  await shown.bringToFront();
}

/** The rules of WCAG 2.2 AA, as far as a program can tell. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  const found = violations.parse(await page.evaluate('axe.run()'));
  const told = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect.soft(told, name).toEqual([]);
}
