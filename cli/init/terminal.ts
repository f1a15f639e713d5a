import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { CommandError, exitCode } from '../exit-codes.ts';

/** Asks a person; undefined where nobody is there to answer. */
export interface Person {
  /** @returns what was answered; empty for nothing */
  ask(question: string): Promise<string>;
}

/** Who sits at the terminal. Questions go to standard error: standard output holds the result. */
export function personAtTerminal(): Person | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return personAt(process.stdin, process.stderr);
}

/** Who answers on one stream what is asked on the other. */
export function personAt(input: Readable, output: Writable): Person {
  return {
    ask: async (question) => {
      const terminal = createInterface({ input, output });
      // Ctrl-D and Ctrl-C close it: one version of Node.js rejects the question then, another leaves it open.
      const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
      try {
        const answer = await Promise.race([terminal.question(`${question} `).catch(() => undefined), closed]);
        if (answer === undefined)
          throw new CommandError('Nothing was written: a question was not answered.', exitCode.badInput, {
            code: 'cli.answer-needed',
          });
        return answer.trim();
      } finally {
        terminal.close();
      }
    },
  };
}
