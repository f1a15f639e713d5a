import { CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { Properties, ResourceContext, ResourceProvider } from '../../services/cloudformation/provider.ts';
import { statesResources } from '../../services/cloudformation/resources/states.ts';
import { WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

function provider(type: string): ResourceProvider {
  const found = statesResources.find((resource) => resource.type === `AWS::StepFunctions::${type}`);
  if (found === undefined) throw new Error(type);
  return found;
}

function contextOf(sandbox: WorkflowSandbox): ResourceContext {
  const { kernel, caller } = sandbox;
  return {
    ...{
      kernel,
      caller,
      account: caller.account,
      region: caller.region,
      stackName: 's',
      stackId: 's',
      logicalId: 'M',
      type: 'AWS::Any::Thing',
    },
    name: () => 's-M-1ABC',
  };
}

const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Say',
  States: { Say: { Type: 'Pass', Output: '${Word}', Next: 'Fail' }, Fail: { Type: 'Fail', Error: 'Over' } },
});

const LOG_DELIVERY = [
  ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
  ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
];

describe('AWS::StepFunctions resources', () => {
  it('make a machine with its substitutions, a version of its revision, and an alias that follows', async () => {
    const sandbox = new WorkflowSandbox();
    const context = contextOf(sandbox);
    const properties = (Word: string): Properties => ({
      DefinitionString: definition,
      DefinitionSubstitutions: { Word },
      RoleArn: sandbox.role,
      TracingConfiguration: { Enabled: 'true' },
      Tags: [{ Key: Word, Value: '1' }],
    });
    const made = await provider('StateMachine').create(properties('one'), context);
    expect(made.attributes).toEqual({ Arn: made.physicalId, Name: 's-M-1ABC', StateMachineRevisionId: 'INITIAL' });
    const version = (revision: unknown): Properties => ({
      StateMachineArn: made.physicalId,
      StateMachineRevisionId: revision,
    });
    const first = await provider('StateMachineVersion').create(version('INITIAL'), context);
    const alias = await provider('StateMachineAlias').create(
      { Name: 'live', RoutingConfiguration: [{ StateMachineVersionArn: first.physicalId, Weight: '100' }] },
      context,
    );
    const updated = await provider('StateMachine').update(
      made.physicalId,
      properties('two'),
      properties('one'),
      context,
    );
    const second = await provider('StateMachineVersion').create(
      version(updated.attributes.StateMachineRevisionId),
      context,
    );
    expect([first.physicalId, second.physicalId]).toEqual([`${made.physicalId}:1`, `${made.physicalId}:2`]);
    await provider('StateMachineAlias').update(
      alias.physicalId,
      { Name: 'live', DeploymentPreference: { StateMachineVersionArn: second.physicalId, Type: 'ALL_AT_ONCE' } },
      {},
      context,
    );
    const { routingConfiguration } = await sandbox.kernel.send(
      sandbox.caller,
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: alias.physicalId }),
    );
    expect(routingConfiguration).toEqual([{ stateMachineVersionArn: second.physicalId, weight: 100 }]);
    const described = await sandbox.kernel.send(
      sandbox.caller,
      new DescribeStateMachineCommand({ stateMachineArn: made.physicalId }),
    );
    expect(described.definition).toContain('"Output":"two"');
    expect(described.tracingConfiguration).toEqual({ enabled: true });
    const { tags } = await sandbox.kernel.send(
      sandbox.caller,
      new ListTagsForResourceCommand({ resourceArn: made.physicalId }),
    );
    expect(tags).toEqual([{ key: 'two', value: '1' }]);
    await provider('StateMachine').delete(made.physicalId, properties('two'), context);
    await provider('StateMachineAlias').delete(alias.physicalId, {}, context);
    await provider('StateMachineVersion').delete(first.physicalId, version('INITIAL'), context);
    expect((await sandbox.kernel.send(sandbox.caller, new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  });

  it('refuse properties they do not know', async () => {
    const sandbox = new WorkflowSandbox();
    const properties = { DefinitionString: definition, RoleArn: sandbox.role, LoggingConfiguration: { Verbose: true } };
    await expect(provider('StateMachine').create(properties, contextOf(sandbox))).rejects.toThrow('Verbose');
  });
});

describe('execution logs', () => {
  const destination = 'arn:aws:logs:us-east-1:111111111111:log-group:/aws/vendedlogs/states/m:*';
  const properties = (sandbox: WorkflowSandbox): Properties => ({
    StateMachineName: 'm',
    DefinitionString: definition,
    RoleArn: sandbox.role,
    LoggingConfiguration: { Level: 'ERROR', Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: destination } }] },
  });

  it('go to the log group, those of the level and without data', async () => {
    const sandbox = await new WorkflowSandbox().allow(...LOG_DELIVERY);
    const logGroupName = '/aws/vendedlogs/states/m';
    await sandbox.kernel.send(sandbox.caller, new CreateLogGroupCommand({ logGroupName }));
    const { physicalId } = await provider('StateMachine').create(properties(sandbox), contextOf(sandbox));
    const arn = await sandbox.start(physicalId);
    await sandbox.ended(arn);
    await sandbox.clock.idle();
    const { events } = await sandbox.kernel.send(sandbox.caller, new FilterLogEventsCommand({ logGroupName }));
    expect(events?.map(({ message }): unknown => JSON.parse(message ?? ''))).toMatchObject([
      { type: 'ExecutionFailed', execution_arn: arn, details: { error: 'Over' }, previous_event_id: '4' },
    ]);
  });

  it('need the role’s permission for their delivery', async () => {
    const sandbox = await new WorkflowSandbox().allow('logs:CreateLogDelivery');
    await expect(provider('StateMachine').create(properties(sandbox), contextOf(sandbox))).rejects.toThrow(
      'The state machine IAM Role is not authorized to access the Log Destination',
    );
  });
});
