import type { TaskAnswers } from '../../../adapters/step-functions/workflow.ts';

/** What tasks that wait were answered; a token is good for one answer. */
export class FakeTaskAnswers implements TaskAnswers {
  readonly given = new Map<string, { readonly output?: unknown; readonly error?: string; readonly cause?: string }>();

  async succeed(token: string, output: unknown): Promise<'answered' | 'late'> {
    return this.#give(token, { output });
  }

  async fail(token: string, error: string, cause: string): Promise<'answered' | 'late'> {
    return this.#give(token, { error, cause });
  }

  #give(token: string, answer: { output?: unknown; error?: string; cause?: string }): 'answered' | 'late' {
    if (this.given.has(token)) return 'late';
    this.given.set(token, answer);
    return 'answered';
  }
}
