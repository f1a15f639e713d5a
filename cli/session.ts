import type { Command } from 'commander';
import type { clientSettings, Engine, EngineOptions } from './engine.ts';
import { createOutput, type Output } from './output.ts';

/** What all commands share: the global options, and what follows from them. What talks to AWS is loaded when it is asked for. */
export interface Session {
  engine(): Promise<Engine>;
  /** Settings of clients of AWS, as the caller. */
  aws(): Promise<AwsSettings>;
  output(): Output;
}

type Where = ReturnType<typeof clientSettings>;
type AwsSettings = Where['access'] & Where['where'];

export function createSession(program: Command): Session {
  let engine: Promise<Engine> | undefined;
  const options = () => program.opts<Pick<EngineOptions, 'endpoint' | 'region' | 'profile'>>();
  return {
    engine: () => (engine ??= import('./engine.ts').then((found) => found.Engine.find(options()))),
    aws: async () => {
      const found = await import('./engine.ts');
      const { access, where } = found.clientSettings(options());
      return { ...access, ...where };
    },
    output: () => {
      const { json, color } = program.opts<{ json?: true; color: boolean }>();
      return createOutput(json === true, color);
    },
  };
}
