/** Versions. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html */
import {
  DeleteStateMachineVersionCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../../../kernel/errors.ts';
import { operation, type AnyOperation } from '../../../kernel/service.ts';
import { onMachine } from '../authorization.ts';
import { page } from '../paging.ts';
import { publish } from '../revisions.ts';
import type { StatesState } from '../state.ts';

export function versionOperations(state: StatesState): readonly AnyOperation[] {
  return [publishVersion(state), list(state), remove(state)];
}

function publishVersion(state: StatesState): AnyOperation {
  return operation({
    command: PublishStateMachineVersionCommand,
    accepts: ['stateMachineArn', 'revisionId', 'description'],
    authorize: (input) => onMachine('PublishStateMachineVersion', input.stateMachineArn),
    handle: async ({ stateMachineArn, revisionId, description }) => {
      const machine = state.machines.get(stateMachineArn);
      const current = machine.revision.revisionId ?? 'INITIAL';
      if (revisionId !== undefined && revisionId !== current)
        throw new AwsError(
          'ConflictException',
          `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
        );
      const version = publish(machine, description, state.kernel.clock.date());
      return { stateMachineVersionArn: version.arn, creationDate: version.created };
    },
  });
}

function list(state: StatesState): AnyOperation {
  return operation({
    command: ListStateMachineVersionsCommand,
    accepts: ['stateMachineArn', 'maxResults', 'nextToken'],
    authorize: (input) => onMachine('ListStateMachineVersions', input.stateMachineArn),
    handle: async (input) => {
      const { items, next } = page(state.machines.get(input.stateMachineArn).versions, input);
      const stateMachineVersions = items.map(({ arn, created }) => ({
        stateMachineVersionArn: arn,
        creationDate: created,
      }));
      return { stateMachineVersions, ...next };
    },
  });
}

function remove(state: StatesState): AnyOperation {
  return operation({
    command: DeleteStateMachineVersionCommand,
    accepts: ['stateMachineVersionArn'],
    authorize: (input) => onMachine('DeleteStateMachineVersion', input.stateMachineVersionArn),
    handle: async ({ stateMachineVersionArn: arn }) => {
      const machine = state.machines.get(arn);
      const users = [...machine.aliases.values()].filter(({ routes }) =>
        routes.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn),
      );
      if (users.length > 0)
        throw new AwsError(
          'ConflictException',
          `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(', ')}]`,
        );
      machine.versions = machine.versions.filter((version) => version.arn !== arn);
      return {};
    },
  });
}
