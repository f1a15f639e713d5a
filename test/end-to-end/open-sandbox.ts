import { startSandbox, type Sandbox } from '../../local/sandbox.ts';
import { DeadLetters } from './rules/dead-letters.ts';

type Options = Parameters<typeof startSandbox>[0] & {
  /** The dead letters that a test asks for, by their text: one at least has to come, and no other may. */
  readonly deadLetters?: RegExp;
};

/**
 * A sandbox for end-to-end tests: when it is closed, the dead-letter queues of Sluice must have got nothing but what was asked for.
 */
export async function openSandbox({ deadLetters: asked, ...options }: Options): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  const letters = new DeadLetters(sandbox.aws);
  return {
    ...sandbox,
    close: async () => {
      try {
        requireLetters(await letters.take(), asked);
      } finally {
        await sandbox.close();
      }
    },
  };
}

/** @throws Error with the letters that nobody asked for, or that none came which somebody asked for */
export function requireLetters(letters: readonly string[], asked: RegExp | undefined): void {
  const others = letters.filter((letter) => asked?.test(letter) !== true);
  if (others.length > 0) throw new Error(`Dead letters that no test asked for:\n${others.join('\n')}`);
  if (asked !== undefined && letters.length === 0) throw new Error(`No dead letter has come that is ${String(asked)}.`);
}
