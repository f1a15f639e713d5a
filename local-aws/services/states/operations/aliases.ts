/** Aliases. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html */
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  ListStateMachineAliasesCommand,
  UpdateStateMachineAliasCommand,
  type RoutingConfigurationListItem,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import { parseMachineArn } from '../arns.ts';
import { onMachine } from '../authorization.ts';
import { versionOf, type Alias, type Machine, type Route } from '../machines.ts';
import { page } from '../paging.ts';
import type { StatesState } from '../state.ts';

export function aliasOperations(state: StatesState): readonly AnyOperation[] {
  return [create(state), update(state), describe(state), list(state), remove(state)];
}

function create(state: StatesState): AnyOperation {
  return operation({
    command: CreateStateMachineAliasCommand,
    accepts: ['name', 'description', 'routingConfiguration'],
    authorize: ({ routingConfiguration }) => {
      const { machineArn } = parseMachineArn(routingConfiguration?.[0]?.stateMachineVersionArn);
      return onMachine('CreateStateMachineAlias', machineArn);
    },
    handle: async ({ name, description, routingConfiguration }) => {
      const { machine, routes } = checkRoutes(state, routingConfiguration);
      const aliasName = checkAliasName(name);
      const created = state.kernel.clock.date();
      const arn = `${machine.arn}:${aliasName}`;
      const wanted: Alias = { arn, name: aliasName, description, routes, created, updated: created };
      const alias = machine.aliases.get(aliasName) ?? wanted;
      if (alias.description !== description || JSON.stringify(alias.routes) !== JSON.stringify(routes))
        throw new AwsError(
          'ConflictException',
          'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
        );
      machine.aliases.set(aliasName, alias);
      return { stateMachineAliasArn: alias.arn, creationDate: alias.created };
    },
  });
}

function update(state: StatesState): AnyOperation {
  return operation({
    command: UpdateStateMachineAliasCommand,
    accepts: ['stateMachineAliasArn', 'description', 'routingConfiguration'],
    authorize: (input) => onMachine('UpdateStateMachineAlias', input.stateMachineAliasArn),
    handle: async ({ stateMachineAliasArn, description, routingConfiguration }) => {
      const { alias } = aliasOf(state, stateMachineAliasArn);
      if (description === undefined && routingConfiguration === undefined)
        throw new AwsError('ValidationException', 'Either description or routingConfiguration must be specified');
      if (routingConfiguration !== undefined) alias.routes = checkRoutes(state, routingConfiguration).routes;
      if (description !== undefined) alias.description = description;
      alias.updated = state.kernel.clock.date();
      return { updateDate: alias.updated };
    },
  });
}

function describe(state: StatesState): AnyOperation {
  return operation({
    command: DescribeStateMachineAliasCommand,
    accepts: ['stateMachineAliasArn'],
    authorize: (input) => onMachine('DescribeStateMachineAlias', input.stateMachineAliasArn),
    handle: async ({ stateMachineAliasArn }) => {
      const { alias } = aliasOf(state, stateMachineAliasArn);
      return {
        stateMachineAliasArn: alias.arn,
        name: alias.name,
        routingConfiguration: [...alias.routes],
        creationDate: alias.created,
        updateDate: alias.updated,
        ...(alias.description === undefined ? {} : { description: alias.description }),
      };
    },
  });
}

/** A version's ARN lists the aliases that lead to it. */
function list(state: StatesState): AnyOperation {
  return operation({
    command: ListStateMachineAliasesCommand,
    accepts: ['stateMachineArn', 'maxResults', 'nextToken'],
    authorize: (input) => onMachine('ListStateMachineAliases', input.stateMachineArn),
    handle: async (input) => {
      const { machine, version } = state.machines.resolve(input.stateMachineArn);
      const wanted = [...machine.aliases.values()].filter(
        ({ routes }) => version === undefined || routes.some((route) => route.stateMachineVersionArn === version.arn),
      );
      const { items, next } = page(wanted, input);
      const stateMachineAliases = items.map(({ arn, created }) => ({
        stateMachineAliasArn: arn,
        creationDate: created,
      }));
      return { stateMachineAliases, ...next };
    },
  });
}

function remove(state: StatesState): AnyOperation {
  return operation({
    command: DeleteStateMachineAliasCommand,
    accepts: ['stateMachineAliasArn'],
    authorize: (input) => onMachine('DeleteStateMachineAlias', input.stateMachineAliasArn),
    handle: async ({ stateMachineAliasArn }) => {
      state.machines.get(stateMachineAliasArn).aliases.delete(parseMachineArn(stateMachineAliasArn).qualifier ?? '');
      return {};
    },
  });
}

function aliasOf(state: StatesState, arn: string | undefined): { machine: Machine; alias: Alias } {
  const machine = state.machines.get(arn);
  const alias = machine.aliases.get(parseMachineArn(arn).qualifier ?? '');
  if (alias === undefined) throw new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');
  return { machine, alias };
}

function checkAliasName(name: string | undefined): string {
  if (name === undefined || name.length > 80 || !/^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/.test(name))
    throw invalid(
      `1 validation error detected: Value '${name ?? ''}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$`,
    );
  return name;
}

function checkRoutes(
  state: StatesState,
  given: readonly RoutingConfigurationListItem[] | undefined,
): { machine: Machine; routes: readonly Route[] } {
  const routes = (given ?? []).map(({ stateMachineVersionArn = '', weight = 0 }) => ({
    stateMachineVersionArn,
    weight,
  }));
  if (routes.length < 1 || routes.length > 2) throw invalid('routingConfiguration must have one or two entries.');
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  if (arns.some((arn) => !/^\d+$/.test(parseMachineArn(arn).qualifier ?? '')))
    throw invalid(`Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`);
  if (new Set(arns).size < arns.length)
    throw invalid(
      `Routing configuration must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`,
    );
  if (new Set(arns.map((arn) => parseMachineArn(arn).machineArn)).size > 1)
    throw invalid('Routing configuration must contain versions of one state machine.');
  const weights = routes.map(({ weight }) => weight);
  if (weights.some((weight) => weight < 0 || weight > 100) || weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    throw invalid(`Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`);
  const machine = state.machines.get(arns[0]);
  if (arns.some((arn) => versionOf(machine, arn) === undefined))
    throw new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');
  return { machine, routes };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
