import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  ListTagsForResourceCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SdkCommand } from '../../kernel/service.ts';
import { only, WorkflowSandbox } from '../../testing/workflow-sandbox.ts';

let sandbox: WorkflowSandbox;
beforeEach(() => {
  sandbox = new WorkflowSandbox('manual');
});

function send<I, O>(command: SdkCommand<I, O>): Promise<O> {
  return sandbox.kernel.send(sandbox.caller, command);
}

const wait = only({ Type: 'Wait', Seconds: 60, End: true });
const text = (comment: string): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', Comment: comment, ...only({ Type: 'Pass', Output: comment, End: true }) });

describe('StartExecution', () => {
  it('answers a repeated start with the running execution, and refuses other input and closed ones', async () => {
    const machine = await sandbox.create(wait);
    const first = await sandbox.start(machine, { a: 1 }, 'release-1');
    expect(await sandbox.start(machine, { a: 1 }, 'release-1')).toBe(first);
    await expect(sandbox.start(machine, { a: 2 }, 'release-1')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first}'`,
      status: 400,
    });
    await sandbox.clock.advance(61_000);
    expect((await sandbox.describe(first)).status).toBe('SUCCEEDED');
    await expect(sandbox.start(machine, { a: 1 }, 'release-1')).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    await sandbox.clock.advance(91 * 24 * 3_600_000);
    expect(await sandbox.start(machine, { a: 1 }, 'release-1')).toBe(first);
  });

  it.each([
    ...['a b', 'a:b', 'a/b', 'ä*'].map((name) => [name, 'InvalidName'] as const),
    // What the model forbids never comes to the service's own rules.
    ...['', 'x'.repeat(81)].map((name) => [name, 'ValidationException'] as const),
  ])('refuses the name %j', async (name, code) => {
    await expect(sandbox.start(await sandbox.create(wait), {}, name)).rejects.toMatchObject({ code });
  });

  it('refuses input that is not JSON or too long, and machines that are not there', async () => {
    const stateMachineArn = await sandbox.create(wait);
    const start = (input: string): Promise<unknown> => send(new StartExecutionCommand({ stateMachineArn, input }));
    await expect(start('not json')).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
    await expect(start(JSON.stringify('x'.repeat(262_144)))).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(sandbox.start(`${stateMachineArn}-not`)).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    await expect(sandbox.start('nothing')).rejects.toMatchObject({ code: 'InvalidArn' });
  });
});

describe('executions', () => {
  it('are stopped, described, listed newest first, and paged', async () => {
    const stateMachineArn = await sandbox.create(wait);
    const [first, second] = [
      await sandbox.start(stateMachineArn, {}, 'one'),
      await sandbox.start(stateMachineArn, {}, 'two'),
    ];
    await send(new StopExecutionCommand({ executionArn: first, error: 'Cancelled', cause: 'by a person' }));
    expect(await sandbox.describe(first)).toMatchObject({
      ...{ status: 'ABORTED', error: 'Cancelled', cause: 'by a person', redriveStatus: 'REDRIVABLE' },
      ...{ input: '{}', inputDetails: { included: true }, stateMachineArn },
    });
    const names = async (more: object): Promise<unknown> => {
      const { executions } = await send(new ListExecutionsCommand({ stateMachineArn, ...more }));
      return executions?.map(({ name }) => name);
    };
    expect(await names({})).toEqual(['two', 'one']);
    expect(await names({ statusFilter: 'RUNNING' })).toEqual(['two']);
    const page = await send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
    expect(await names({ nextToken: page.nextToken })).toEqual(['one']);
    await sandbox.clock.advance(60_000);
    const history = await send(
      new GetExecutionHistoryCommand({
        executionArn: second,
        reverseOrder: true,
        maxResults: 2,
        includeExecutionData: false,
      }),
    );
    expect(history.events?.map(({ type }) => type)).toEqual(['ExecutionSucceeded', 'WaitStateExited']);
    expect(history.events?.[1]?.stateExitedEventDetails).toEqual({ name: 'Only', outputDetails: { truncated: false } });
  });

  it('announce their status to EventBridge and CloudWatch', async () => {
    const arn = await sandbox.start(await sandbox.create(wait, 'announced'), { a: 1 }, 'one');
    await sandbox.clock.advance(60_000);
    expect(sandbox.events.map(({ detail }) => detail)).toMatchObject([{ status: 'RUNNING' }, { status: 'SUCCEEDED' }]);
    expect(sandbox.events[1]).toMatchObject({
      ...{ source: 'aws.states', detailType: 'Step Functions Execution Status Change', resources: [arn] },
      detail: {
        executionArn: arn,
        name: 'one',
        input: '{"a":1}',
        output: '{"a":1}',
        error: null,
        stateMachineAliasArn: null,
      },
    });
    expect(sandbox.metrics.map(({ name, value }) => [name, value])).toEqual([
      ['ExecutionsStarted', 1],
      ['ExecutionsSucceeded', 1],
      ['ExecutionTime', 60_000],
    ]);
  });
});

describe('state machines', () => {
  const create = (more: object = {}): Promise<{ stateMachineArn: string | undefined }> =>
    send(new CreateStateMachineCommand({ name: 'orders', definition: text('one'), roleArn: sandbox.role, ...more }));

  it('are created once, whoever asks again for the same', async () => {
    const { stateMachineArn } = await create({ tags: [{ key: 'team', value: 'a' }] });
    expect((await create()).stateMachineArn).toBe(stateMachineArn);
    await expect(create({ definition: text('two') })).rejects.toMatchObject({ code: 'StateMachineAlreadyExists' });
    const { stateMachines } = await send(new ListStateMachinesCommand({}));
    expect(stateMachines).toMatchObject([{ stateMachineArn, name: 'orders', type: 'STANDARD' }]);
  });

  it('refuse a bad definition, with every problem', async () => {
    await expect(create({ definition: '{"QueryLanguage":"JSONata","StartAt":"A"}' })).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    });
    const validated = await send(new ValidateStateMachineDefinitionCommand({ definition: '{}' }));
    expect(validated).toMatchObject({ result: 'FAIL', truncated: false });
    expect(validated.diagnostics?.map(({ code }) => code)).toContain('SCHEMA_VALIDATION_FAILED');
    expect(await send(new ValidateStateMachineDefinitionCommand({ definition: text('ok') }))).toEqual({
      ...{ result: 'OK', diagnostics: [], truncated: false },
    });
  });

  it('have tags', async () => {
    const { stateMachineArn: resourceArn } = await create({ tags: [{ key: 'team', value: 'a' }] });
    await send(new TagResourceCommand({ resourceArn, tags: [{ key: 'cost', value: '1' }] }));
    await send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
    const { tags } = await send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([{ key: 'cost', value: '1' }]);
  });

  it('stay until their executions have ended when they are deleted', async () => {
    const stateMachineArn = await sandbox.create(wait);
    const running = await sandbox.start(stateMachineArn);
    await send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect((await send(new DescribeStateMachineCommand({ stateMachineArn }))).status).toBe('DELETING');
    await expect(sandbox.start(stateMachineArn)).rejects.toMatchObject({ code: 'StateMachineDeleting' });
    await sandbox.clock.advance(60_000);
    expect((await sandbox.describe(running)).status).toBe('SUCCEEDED');
    const gone = send(new DescribeStateMachineCommand({ stateMachineArn }));
    await expect(gone).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    await send(new DeleteStateMachineCommand({ stateMachineArn }));
  });
});

describe('versions and aliases', () => {
  let arn: string;
  const update = (
    comment: string,
  ): Promise<{ revisionId?: string | undefined; stateMachineVersionArn?: string | undefined }> =>
    send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: text(comment), publish: true }));

  beforeEach(async () => {
    const created = await send(
      new CreateStateMachineCommand({ name: 'orders', definition: text('one'), roleArn: sandbox.role, publish: true }),
    );
    arn = created.stateMachineArn ?? '';
  });

  it('number versions from 1, never twice, and publish a revision once', async () => {
    const again = await send(new PublishStateMachineVersionCommand({ stateMachineArn: arn, revisionId: 'INITIAL' }));
    expect(again.stateMachineVersionArn).toBe(`${arn}:1`);
    const { revisionId } = await update('two');
    expect((await update('two')).revisionId).toBe(revisionId);
    const stale = send(new PublishStateMachineVersionCommand({ stateMachineArn: arn, revisionId: 'INITIAL' }));
    await expect(stale).rejects.toMatchObject({ code: 'ConflictException' });
    await send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:2` }));
    expect((await update('three')).stateMachineVersionArn).toBe(`${arn}:3`);
    const { stateMachineVersions } = await send(new ListStateMachineVersionsCommand({ stateMachineArn: arn }));
    expect(stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([`${arn}:3`, `${arn}:1`]);
  });

  it('pin an execution to the version its alias led to', async () => {
    await send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }],
      }),
    );
    await update('two');
    const old = await sandbox.ended(await sandbox.start(`${arn}:live`));
    expect(old).toMatchObject({
      output: '"one"',
      stateMachineAliasArn: `${arn}:live`,
      stateMachineVersionArn: `${arn}:1`,
    });
    await send(
      new UpdateStateMachineAliasCommand({
        stateMachineAliasArn: `${arn}:live`,
        routingConfiguration: [{ stateMachineVersionArn: `${arn}:2`, weight: 100 }],
      }),
    );
    expect((await sandbox.ended(await sandbox.start(`${arn}:live`))).output).toBe('"two"');
    expect((await sandbox.ended(await sandbox.start(`${arn}:1`))).output).toBe('"one"');
    const described = await send(new DescribeStateMachineForExecutionCommand({ executionArn: old.executionArn }));
    expect(described.definition).toBe(text('one'));
    const listed = await send(new ListExecutionsCommand({ stateMachineArn: `${arn}:live` }));
    expect(listed.executions).toHaveLength(2);
  });

  it('keep the rules of routing, and versions that an alias names', async () => {
    const create = (
      routingConfiguration: { stateMachineVersionArn: string; weight: number }[],
      name = 'live',
    ): Promise<unknown> => send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
    const one = { stateMachineVersionArn: `${arn}:1`, weight: 100 };
    await expect(create([{ ...one, stateMachineVersionArn: arn }])).rejects.toThrow(
      'must contain state machine version ARNs',
    );
    await expect(create([{ ...one, weight: 99 }])).rejects.toThrow('weights must equal 100. Received: [99]');
    await expect(create([one], '123')).rejects.toMatchObject({ code: 'ValidationException' });
    await create([one]);
    await create([one]);
    await update('two');
    await expect(create([{ ...one, stateMachineVersionArn: `${arn}:2` }])).rejects.toMatchObject({
      code: 'ConflictException',
    });
    await expect(send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${arn}:1` }))).rejects.toThrow(
      'Current list of aliases referencing this version: [live]',
    );
    const stateMachineAliasArn = `${arn}:live`;
    expect(await send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }))).toMatchObject({
      name: 'live',
      routingConfiguration: [one],
    });
    expect(
      (await send(new ListStateMachineAliasesCommand({ stateMachineArn: `${arn}:2` }))).stateMachineAliases,
    ).toEqual([]);
    await send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }));
    await expect(send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }))).rejects.toMatchObject({
      code: 'ResourceNotFound',
    });
  });
});
