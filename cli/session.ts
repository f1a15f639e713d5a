import type { Command } from 'commander';
import { Engine } from './engine.ts';
import { createOutput, type Output } from './output.ts';

/** What all commands share: the options before the command, and what follows from them. */
export interface Session {
  engine(): Promise<Engine>;
  output(): Output;
}

export function createSession(program: Command): Session {
  const options = (): { json?: true; endpoint?: string; region?: string } => program.opts();
  let engine: Promise<Engine> | undefined;
  return {
    engine: () => (engine ??= Engine.find({ endpoint: options().endpoint, region: options().region })),
    output: () => createOutput(options().json === true),
  };
}
