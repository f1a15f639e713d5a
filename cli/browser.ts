import { CommandError, exitCode } from './exit-codes.ts';

/** What says whether somebody sits before a screen. */
interface Surroundings {
  /** Is standard output a terminal? */
  readonly terminal: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** May a browser be opened here: by a person at a terminal, outside of CI, who has a screen on this machine? */
export function hasBrowser({ terminal, environment, platform }: Surroundings): boolean {
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  if (!terminal || isCi(environment['CI']) || has('SSH_CONNECTION') || has('SSH_TTY')) return false;
  // A Linux without a screen has `xdg-open` open a browser of text, in the background.
  const screens = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'];
  return platform === 'darwin' || platform === 'win32' || screens.some(has);
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/**
 * Opens a link in the browser of the system, without waiting for it.
 * @throws CommandError for what is no link of the web, which another program might take for something else
 * @throws Error where the system has nothing that opens links
 */
export async function openInBrowser(url: string): Promise<void> {
  if (!['https:', 'http:'].includes(new URL(url).protocol))
    throw new CommandError('The engine answered with a link that is none of the web.', exitCode.failed, {
      code: 'cli.answer-unknown',
    });
  const { default: open } = await import('open');
  await open(url);
}
