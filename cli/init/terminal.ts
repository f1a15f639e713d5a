import { createInterface } from 'node:readline/promises';

/** Asks a person; undefined where nobody is there to answer. */
export interface Person {
  /** @returns what was answered; empty for nothing */
  ask(question: string): Promise<string>;
}

/** Who sits at the terminal. Questions go to standard error: standard output holds the result. */
export function personAtTerminal(): Person | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return {
    ask: async (question) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return (await terminal.question(`${question} `)).trim();
      } finally {
        terminal.close();
      }
    },
  };
}
