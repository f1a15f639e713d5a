/** State machines. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
  type CreateStateMachineInput,
  type UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation, type Call } from '../../../kernel/service.ts';
import { checkName, machineArn } from '../arns.ts';
import { onExecution, onMachine, passRole } from '../authorization.ts';
import { readDefinition } from '../definition.ts';
import type { Machine, Revision, Version } from '../machines.ts';
import { page } from '../paging.ts';
import { checkLogging, parseDefinition, publish, revise } from '../revisions.ts';
import { checkRole } from '../role-checks.ts';
import type { StatesState } from '../state.ts';
import { executionOf } from './executions.ts';

export function machineOperations(state: StatesState): readonly AnyOperation[] {
  return [create(state), update(state), remove(state), describe(state), forExecution(state), list(state), validate()];
}

function create(state: StatesState): AnyOperation {
  return operation({
    command: CreateStateMachineCommand,
    accepts: [
      ...['name', 'definition', 'roleArn', 'type', 'loggingConfiguration', 'tracingConfiguration', 'tags'],
      ...['publish', 'versionDescription'],
    ],
    authorize: (input, { caller }) => [
      onMachine('CreateStateMachine', machineArn(caller.region, caller.account, checkName(input.name))),
      ...(input.publish === true
        ? [onMachine('PublishStateMachineVersion', machineArn(caller.region, caller.account, checkName(input.name)))]
        : []),
      ...passRole(input.roleArn),
    ],
    handle: async (input, call) => createMachine(state, input, call),
  });
}

function createMachine(
  state: StatesState,
  input: CreateStateMachineInput,
  { caller: { account, region } }: Call,
): { stateMachineArn: string; creationDate: Date; stateMachineVersionArn?: string } {
  checkDescription(input.versionDescription, input.publish);
  const name = checkName(input.name);
  const type = input.type ?? 'STANDARD';
  const now = state.kernel.clock.date();
  const revision: Revision = {
    revisionId: undefined,
    text: input.definition ?? '',
    definition: parseDefinition(input.definition, type),
    roleArn: checkRoleArn(input.roleArn),
    logging: checkLogging(input.loggingConfiguration),
    tracing: input.tracingConfiguration?.enabled ?? false,
    updated: now,
  };
  const existing = state.machines.named(region, account, name);
  const machine = existing ?? newMachine(region, account, name, revision, input);
  if (existing === undefined) checkRole(state.kernel, machine, revision);
  else checkSame(existing, revision, type);
  state.machines.add(machine);
  const version = input.publish === true ? publish(machine, input.versionDescription, now) : undefined;
  return { stateMachineArn: machine.arn, creationDate: machine.created, ...published(version) };
}

function newMachine(
  region: string,
  account: string,
  name: string,
  revision: Revision,
  { tags, type = 'STANDARD' }: CreateStateMachineInput,
): Machine {
  return {
    ...{ arn: machineArn(region, account, name), name, type, account, region, created: revision.updated },
    revision,
    tags: new Map((tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    versions: [],
    lastVersion: 0,
    aliases: new Map(),
    deleting: false,
  };
}

/** Creating the same again is answered with what is there; AWS looks at neither role nor tags for that. */
function checkSame(existing: Machine, { text, logging, tracing }: Revision, type: Machine['type']): void {
  if (existing.deleting)
    throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${existing.arn}'`);
  const current = existing.revision;
  const same =
    existing.type === type &&
    current.text === text &&
    current.tracing === tracing &&
    JSON.stringify(current.logging) === JSON.stringify(logging);
  if (!same) throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${existing.arn}'`);
}

function checkDescription(description: string | undefined, published: boolean | undefined): void {
  if (description !== undefined && published !== true)
    throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
}

function checkRoleArn(roleArn: string | undefined): string {
  if (roleArn === undefined || !/^arn:aws:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid Role Arn: ${roleArn ?? ''}'`);
  return roleArn;
}

function published(version: Version | undefined): { stateMachineVersionArn?: string } {
  return version === undefined ? {} : { stateMachineVersionArn: version.arn };
}

function update(state: StatesState): AnyOperation {
  return operation({
    command: UpdateStateMachineCommand,
    accepts: [
      ...['stateMachineArn', 'definition', 'roleArn', 'loggingConfiguration', 'tracingConfiguration'],
      ...['publish', 'versionDescription'],
    ],
    authorize: (input) => [
      onMachine('UpdateStateMachine', input.stateMachineArn),
      ...(input.publish === true ? [onMachine('PublishStateMachineVersion', input.stateMachineArn)] : []),
      ...passRole(input.roleArn),
    ],
    handle: async (input) => updateMachine(state, input),
  });
}

function updateMachine(
  state: StatesState,
  input: UpdateStateMachineInput,
): { updateDate: Date; revisionId?: string; stateMachineVersionArn?: string } {
  const { machine, version: qualified } = state.machines.resolve(input.stateMachineArn);
  if (qualified !== undefined)
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${input.stateMachineArn}'`);
  checkDescription(input.versionDescription, input.publish);
  const changes = changesOf(input, machine.type);
  if (Object.keys(changes).length === 0 && input.publish !== true)
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  const now = state.kernel.clock.date();
  const revision = revise(machine.revision, changes, now);
  if (revision !== machine.revision) {
    checkRole(state.kernel, machine, revision);
  }
  machine.revision = revision;
  const version = input.publish === true ? publish(machine, input.versionDescription, now) : undefined;
  const { revisionId } = revision;
  return { updateDate: now, ...(revisionId === undefined ? {} : { revisionId }), ...published(version) };
}

function changesOf(input: UpdateStateMachineInput, type: Machine['type']): Partial<Revision> {
  const { definition: text, roleArn, loggingConfiguration, tracingConfiguration } = input;
  return {
    ...(text === undefined ? {} : { text, definition: parseDefinition(text, type) }),
    ...(roleArn === undefined ? {} : { roleArn: checkRoleArn(roleArn) }),
    ...(loggingConfiguration === undefined ? {} : { logging: checkLogging(loggingConfiguration) }),
    ...(tracingConfiguration === undefined ? {} : { tracing: tracingConfiguration.enabled ?? false }),
  };
}

/** A machine with running executions is DELETING until the last of them has ended. */
function remove(state: StatesState): AnyOperation {
  return operation({
    command: DeleteStateMachineCommand,
    accepts: ['stateMachineArn'],
    authorize: (input) => onMachine('DeleteStateMachine', input.stateMachineArn),
    handle: async (input, { caller }) => {
      const name = (input.stateMachineArn ?? '').split(':')[6] ?? '';
      const machine = state.machines.named(caller.region, caller.account, name);
      if (machine === undefined) return {};
      machine.deleting = true;
      removeUnlessRunning(state, machine);
      return {};
    },
  });
}

export function removeUnlessRunning(state: Pick<StatesState, 'machines' | 'executions'>, machine: Machine): void {
  if (!machine.deleting || state.executions.of(machine).some(({ status }) => status === 'RUNNING')) return;
  state.machines.remove(machine);
}

function describe(state: StatesState): AnyOperation {
  return operation({
    command: DescribeStateMachineCommand,
    accepts: ['stateMachineArn'],
    authorize: (input) => onMachine('DescribeStateMachine', input.stateMachineArn),
    handle: async (input) => {
      const { machine, revision, version } = state.machines.resolve(input.stateMachineArn);
      const { description, created } = version ?? { description: undefined, created: machine.created };
      return {
        ...described(machine, revision),
        stateMachineArn: version?.arn ?? machine.arn,
        status: machine.deleting ? ('DELETING' as const) : ('ACTIVE' as const),
        type: machine.type,
        creationDate: created,
        ...(description === undefined ? {} : { description }),
      };
    },
  });
}

function described(
  machine: Machine,
  revision: Revision,
): {
  name: string;
  definition: string;
  roleArn: string;
  loggingConfiguration: Revision['logging'];
  tracingConfiguration: { enabled: boolean };
  encryptionConfiguration: { type: 'AWS_OWNED_KEY' };
  revisionId?: string;
} {
  const { text, roleArn, logging, tracing, revisionId } = revision;
  return {
    name: machine.name,
    definition: text,
    roleArn,
    loggingConfiguration: logging,
    tracingConfiguration: { enabled: tracing },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...(revisionId === undefined ? {} : { revisionId }),
  };
}

function forExecution(state: StatesState): AnyOperation {
  return operation({
    command: DescribeStateMachineForExecutionCommand,
    accepts: ['executionArn'],
    authorize: (input) => onExecution('DescribeStateMachineForExecution', input.executionArn),
    handle: async (input) => {
      const { machine, revision } = executionOf(state, input.executionArn);
      return { ...described(machine, revision), stateMachineArn: machine.arn, updateDate: revision.updated };
    },
  });
}

function list(state: StatesState): AnyOperation {
  return operation({
    command: ListStateMachinesCommand,
    accepts: ['maxResults', 'nextToken'],
    authorize: () => ({ action: 'states:ListStateMachines', resource: '*' }),
    handle: async (input, { caller }) => {
      const { items, next } = page(state.machines.in(caller.account, caller.region), input);
      const stateMachines = items.map(({ arn, name, created, type }) => ({
        ...{ stateMachineArn: arn, name, creationDate: created },
        type,
      }));
      return { stateMachines, ...next };
    },
  });
}

function validate(): AnyOperation {
  return operation({
    command: ValidateStateMachineDefinitionCommand,
    accepts: ['definition', 'type', 'severity', 'maxResults'],
    authorize: () => ({ action: 'states:ValidateStateMachineDefinition', resource: '*' }),
    handle: async ({ definition, type, maxResults }) => {
      const { problems } = readDefinition(definition ?? '', type ?? 'STANDARD');
      const most = maxResults === undefined || maxResults === 0 ? 100 : maxResults;
      return {
        result: problems.length === 0 ? ('OK' as const) : ('FAIL' as const),
        diagnostics: problems.slice(0, most).map((problem) => ({ severity: 'ERROR' as const, ...problem })),
        truncated: problems.length > most,
      };
    },
  });
}
