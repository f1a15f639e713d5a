import type { Command } from 'commander';
import { clientSettings, Engine, type EngineOptions } from './engine.ts';
import { createOutput, type Output } from './output.ts';

/** What all commands share: the global options, and what follows from them. */
export interface Session {
  engine(): Promise<Engine>;
  /** Settings of clients of AWS, as the caller. */
  aws(): AwsSettings;
  output(): Output;
}

type Where = ReturnType<typeof clientSettings>;
type AwsSettings = Where['access'] & Where['where'];

export function createSession(program: Command): Session {
  let engine: Promise<Engine> | undefined;
  const options = () => program.opts<Pick<EngineOptions, 'endpoint' | 'region' | 'profile'>>();
  return {
    engine: () => (engine ??= Engine.find(options())),
    aws: () => {
      const { access, where } = clientSettings(options());
      return { ...access, ...where };
    },
    output: () => createOutput(program.opts<{ json?: true }>().json === true),
  };
}
