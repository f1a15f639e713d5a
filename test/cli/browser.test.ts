import { expect, it } from 'vitest';
import { hasBrowser, openInBrowser } from '../../cli/browser.ts';

const linux = { terminal: true, platform: 'linux', environment: { DISPLAY: ':0' } } as const;

it.each([
  ['a terminal with a screen', linux, true],
  ['a Mac', { ...linux, platform: 'darwin', environment: {} }, true],
  ['Windows, from its Linux', { ...linux, environment: { WSL_DISTRO_NAME: 'Debian' } }, true],
  ['CI that says it is none', { ...linux, environment: { DISPLAY: ':0', CI: 'false' } }, true],
  ['a pipe', { ...linux, terminal: false }, false],
  ['CI', { ...linux, environment: { DISPLAY: ':0', CI: 'true' } }, false],
  ['another machine', { ...linux, platform: 'darwin', environment: { SSH_CONNECTION: '10.0.0.1 22' } }, false],
  ['a Linux without a screen', { ...linux, environment: {} }, false],
] as const)('on %s, a browser opens: %s', (_, where, opens) => {
  expect(hasBrowser(where)).toBe(opens);
});

it('opens nothing that is no link of the web', async () => {
  await expect(openInBrowser('file:///etc/passwd')).rejects.toMatchObject({ details: { code: 'cli.answer-unknown' } });
});
