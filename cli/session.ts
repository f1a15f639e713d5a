import type { Command } from 'commander';
import { Engine, type EngineOptions } from './engine.ts';
import { createOutput, type Output } from './output.ts';

/** What all commands share: the global options, and what follows from them. */
export interface Session {
  engine(): Promise<Engine>;
  output(): Output;
}

export function createSession(program: Command): Session {
  let engine: Promise<Engine> | undefined;
  return {
    engine: () => (engine ??= Engine.find(program.opts<Pick<EngineOptions, 'endpoint' | 'region' | 'profile'>>())),
    output: () => createOutput(program.opts<{ json?: true }>().json === true),
  };
}
