/**
 * Step Functions: Standard and Express state machines in JSONPath and JSONata, their versions and aliases, executions with history,
 * task tokens, tags, execution logs, status events and metrics. Not implemented, and refused by name:
 * activities, distributed Map, redrive, TestState, customer-managed encryption keys, and every service integration that
 * `resources.ts` does not list.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html and https://states-language.net
 */
import type { Kernel } from '../../kernel/kernel.ts';
import type { Service } from '../../kernel/service.ts';
import { Executions } from './executions.ts';
import { ExecutionLogs } from './logging.ts';
import { Machines } from './machines.ts';
import { aliasOperations } from './operations/aliases.ts';
import { executionOperations } from './operations/executions.ts';
import { machineOperations, removeUnlessRunning } from './operations/machines.ts';
import { tagOperations } from './operations/tags.ts';
import { taskOperations } from './operations/tasks.ts';
import { versionOperations } from './operations/versions.ts';
import { Tokens } from './tokens.ts';

export function createStates(kernel: Kernel): { readonly services: readonly Service[] } {
  const machines = new Machines();
  const tokens = new Tokens();
  const logs = new ExecutionLogs(kernel);
  const executions: Executions = new Executions(
    kernel,
    tokens,
    (execution, event) => logs.deliver(execution, event),
    ({ machine }) => removeUnlessRunning({ machines, executions }, machine),
  );
  const state = { kernel, machines, executions, tokens };
  const service: Service = {
    signingName: 'states',
    documentation:
      'Standard and Express state machines, their versions and aliases, executions and their history, task tokens. ' +
      'https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html',
    operations: [
      ...machineOperations(state),
      ...versionOperations(state),
      ...aliasOperations(state),
      ...executionOperations(state),
      ...taskOperations(state),
      ...tagOperations(state),
    ],
    tagsOf: (arn) => machines.tagsOf(arn),
  };
  return { services: [service] };
}
