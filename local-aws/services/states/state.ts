import type { Kernel } from '../../kernel/kernel.ts';
import type { Executions } from './executions.ts';
import type { Machines } from './machines.ts';
import type { Tokens } from './tokens.ts';

/** What the operations of the service work on. */
export interface StatesState {
  readonly kernel: Kernel;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly tokens: Tokens;
}
