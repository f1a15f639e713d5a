import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';

/** How something stands, as a colour says it. */
export type Tone = 'good' | 'bad' | 'busy' | 'quiet';

/** Gives a text a colour, where there is one. */
export type Paint = (tone: Tone, text: string) => string;

const colours = { good: 'green', bad: 'red', busy: 'yellow', quiet: 'gray' } as const;

/** No colours. */
export const plain: Paint = (_, text) => text;

/**
 * Colours on a terminal, unless the caller wants none: by `--no-color`, or `NO_COLOR` as https://no-color.org has it.
 * @param wanted false with `--no-color`
 */
export function paintFor(out: Pick<WriteStream, 'isTTY'>, wanted: boolean, environment: NodeJS.ProcessEnv): Paint {
  const none = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return wanted && out.isTTY && !none
    ? (tone, text) => styleText(colours[tone], text, { validateStream: false })
    : plain;
}

const bad = /fail|declin|reject|expire|cancel|roll|undo|undone|quarantin|firing|restor|recover|unsettled/i;
const good = /^(succeeded|done|settled|passed|approved|proven|checked)$/i;
const quiet = /^(pending|waiting|not ?reached|superseded|received|accepted)$/i;

/** How a status, a phase or an event stands. */
export function toneOf(name: string): Tone {
  if (bad.test(name)) return 'bad';
  if (good.test(name)) return 'good';
  return quiet.test(name) ? 'quiet' : 'busy';
}
