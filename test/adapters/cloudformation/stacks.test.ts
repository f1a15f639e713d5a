import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStacks, type Stacks } from '../../../adapters/cloudformation/stacks.ts';
import { type ChangeSetOrder } from '../../../adapters/cloudformation/stack.ts';
import { startLocalAws, type LocalAws } from 'local-aws';

// What CloudFormation answers to orders that come at the wrong moment, by the real client over the wire.

const place = { account: '333333333333', region: 'us-east-1' };
let aws: LocalAws;
let stacks: Stacks;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = createStacks(aws.client(CloudFormationClient, place), (milliseconds) => pause(Math.min(milliseconds, 20)));
  const iam = aws.client(IAMClient, place);
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudformation.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  await iam.send(new CreateRoleCommand({ RoleName: 'changes', AssumeRolePolicyDocument: document(statement) }));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'changes', PolicyName: 'all', PolicyDocument: document(everything) }),
  );
});
afterAll(() => aws.close());

function order(stack: string, name: string, groups: readonly string[], more: Partial<ChangeSetOrder> = {}) {
  const Resources = Object.fromEntries(groups.map((id) => [id, { Type: 'AWS::Logs::LogGroup' }]));
  return {
    ...{ stack, name, create: false, template: { body: JSON.stringify({ Resources }) } },
    ...{ parameters: {}, keptParameters: [], roleArn: `arn:aws:iam::${place.account}:role/changes` },
    ...{ description: 'a test', tags: {} },
    ...more,
  } satisfies ChangeSetOrder;
}

/** Makes and executes a change set, and waits for it. */
async function change(wanted: ChangeSetOrder): Promise<string> {
  const made = await stacks.prepareChangeSet(wanted);
  if (made.status !== 'ready') throw new Error(made.reason);
  const token = `${wanted.stack}-${wanted.name}`;
  expect(await stacks.execute(made.stackId, made.id, token)).toBeUndefined();
  for (;;) {
    const operation = await stacks.operation(made.stackId, token);
    if (operation !== undefined && !operation.status.endsWith('_IN_PROGRESS')) return operation.status;
    await pause(20);
  }
}

describe('a change set', () => {
  it('of a name that has failed before is made anew', async () => {
    await change(order('failed', 'first', ['A'], { create: true }));
    expect(await stacks.prepareChangeSet(order('failed', 'again', ['A']))).toMatchObject({
      status: 'failed',
      empty: true,
    });
    expect(await stacks.prepareChangeSet(order('failed', 'again', ['A', 'B']))).toMatchObject({ status: 'ready' });
  });

  it('is listed with those of others, until it is deleted', async () => {
    expect(await stacks.changeSets('listed')).toEqual([]);
    for (const [name, groups] of [['one', ['A']], ['two', ['A', 'B']]] as const)
      expect(await stacks.prepareChangeSet(order('listed', name, groups, { create: true }))).toMatchObject({ status: 'ready' }); // prettier-ignore
    expect(await stacks.changeSets('listed')).toEqual(['one', 'two']);
    expect(await stacks.clearChangeSet('listed', 'two')).toBeUndefined();
    expect(await stacks.clearChangeSet('listed', 'two')).toBeUndefined();
    expect(await stacks.clearChangeSet('nowhere', 'two')).toBeUndefined();
    const busy = { code: 'InvalidChangeSetStatus', message: 'It is CREATE_IN_PROGRESS' };
    aws.faults.atCall('it is being computed', { operation: 'DeleteChangeSet' }, { kind: 'error', ...busy });
    expect(await stacks.clearChangeSet('listed', 'one')).toBe(busy.message);
    aws.faults.atCall('it may not', { operation: 'DeleteChangeSet' }, { kind: 'error', code: 'AccessDenied' });
    await expect(stacks.clearChangeSet('listed', 'one')).rejects.toThrow();
    expect(await stacks.changeSets('listed')).toEqual(['one']);
  });

  it('of a name that is there and can be executed is taken as it is', async () => {
    await change(order('taken', 'first', ['A'], { create: true }));
    const made = await stacks.prepareChangeSet(order('taken', 'again', ['A', 'B']));
    expect(await stacks.prepareChangeSet(order('taken', 'again', ['A', 'B']))).toEqual(made);
  });

  it('that somebody’s change has outdated is refused, was not executed, and is made anew', async () => {
    await change(order('outdated', 'first', ['A'], { create: true }));
    const made = await stacks.prepareChangeSet(order('outdated', 'ours', ['A', 'B']));
    await change(order('outdated', 'theirs', ['A', 'C']));
    if (made.status === 'notNow') throw new Error(made.reason);
    expect(await stacks.execute(made.stackId, made.id, 'outdated-late')).toMatch(/OBSOLETE/);
    expect(await stacks.wasExecuted(made.stackId, made.id)).toBe(false);
    expect(await change(order('outdated', 'ours', ['A', 'B']))).toBe('UPDATE_COMPLETE');
  });

  it('of a stack that is not what it was read to be is not for now', async () => {
    await change(order('there', 'first', ['A'], { create: true }));
    expect(await stacks.prepareChangeSet(order('there', 'create', ['A'], { create: true }))).toMatchObject({
      status: 'notNow',
    });
    expect(await stacks.prepareChangeSet(order('missing', 'update', ['A']))).toMatchObject({ status: 'notNow' });
  });

  it('that CloudFormation refuses for good says why', async () => {
    const wrong = { body: JSON.stringify({ Resources: { A: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Nothing' } } }) };
    const refused = await stacks.prepareChangeSet(order('wrong', 'first', [], { create: true, template: wrong }));
    expect(refused.status).toBe('failed');
    expect(refused.reason).toContain('Unresolved resource dependencies [Nothing]');
  });
});

describe('a stack in another state', () => {
  const role = `arn:aws:iam::${place.account}:role/changes`;

  it('is not deleted, nor rolled back further, for now: that is no failure of AWS', async () => {
    await change(order('moving', 'first', ['A'], { create: true }));
    const { id = '' } = (await stacks.describe('moving')) ?? {};
    expect(await stacks.continueUpdateRollback(id, 'continue', role)).toMatch(/is in CREATE_COMPLETE state/);
    const made = await stacks.prepareChangeSet(order('moving', 'second', ['A', 'B']));
    if (made.status === 'notNow') throw new Error(made.reason);
    const letTimeRun = aws.clock.hold();
    expect(await stacks.execute(id, made.id, 'moving-second')).toBeUndefined();
    expect(await stacks.deleteStack(id, 'delete', role)).toMatch(/while in status UPDATE_IN_PROGRESS/);
    letTimeRun();
  });

  it('that may not be deleted at all is not for later', async () => {
    await change(order('protected', 'first', ['A'], { create: true }));
    const { id = '' } = (await stacks.describe('protected')) ?? {};
    const protect = { StackName: id, EnableTerminationProtection: true };
    await aws.client(CloudFormationClient, place).send(new UpdateTerminationProtectionCommand(protect));
    await expect(stacks.deleteStack(id, 'delete', role)).rejects.toThrow(/TerminationProtection/);
  });
});

describe('a change that fails', () => {
  it('says why, where the stack’s own event alone does', async () => {
    const exporting = (name: string, value: string) => {
      const Outputs = { Name: { Value: value, Export: { Name: 'exported-name' } } };
      const Resources = { A: { Type: 'AWS::Logs::LogGroup' } };
      const template = { body: JSON.stringify({ Resources, Outputs }) };
      return order('exporting', name, [], { template, create: name === 'first' });
    };
    await change(exporting('first', 'one'));
    const Properties = { Type: 'String', Value: { 'Fn::ImportValue': 'exported-name' } };
    const importing = { body: JSON.stringify({ Resources: { P: { Type: 'AWS::SSM::Parameter', Properties } } }) };
    await change(order('importing', 'first', [], { template: importing, create: true }));
    expect(await change(exporting('second', 'two'))).toBe('UPDATE_ROLLBACK_COMPLETE');
    const { id = '' } = (await stacks.describe('exporting')) ?? {};
    expect((await stacks.operation(id, 'exporting-second'))?.reason).toMatch(/exported-name.* in use by importing/);
  });
});

describe('what a template retains', () => {
  const group = (id: string, more: object = {}) => ({
    [id]: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Retain',
      Properties: { LogGroupName: `/named/${id}` },
      ...more,
    },
  });
  const doomed = {
    Doomed: { Type: 'AWS::SSM::Parameter', DependsOn: 'Kept', Properties: { Type: 'String', Value: '' } },
  };
  const creation = (stack: string, Resources: object) =>
    order(stack, 'first', [], { create: true, template: { body: JSON.stringify({ Resources }) } });

  it('does not outlive the change that made it, when that is undone', async () => {
    expect(await change(creation('undone', { ...group('Kept'), ...doomed }))).toBe('ROLLBACK_COMPLETE');
    expect(await change(creation('afterwards', group('Kept')))).toBe('CREATE_COMPLETE');
  });

  it('is named when the stack is deleted and leaves it behind, and where its name is then taken, all at once', async () => {
    expect(await change(creation('left', { ...group('One'), ...group('Two') }))).toBe('CREATE_COMPLETE');
    const { id = '' } = (await stacks.describe('left')) ?? {};
    await stacks.deleteStack(id, 'left-delete', `arn:aws:iam::${place.account}:role/changes`);
    while ((await stacks.describe(id)) !== undefined) await pause(20);
    const deleted = await stacks.operation(id, 'left-delete');
    expect(deleted?.retained?.toSorted()).toEqual([
      'One (AWS::Logs::LogGroup) /named/One',
      'Two (AWS::Logs::LogGroup) /named/Two',
    ]);
    const again = creation('again', { ...group('One'), ...group('Two') });
    expect(await change(again)).toBe('ROLLBACK_COMPLETE');
    const { reason } = (await stacks.operation((await stacks.describe('again'))?.id ?? '', 'again-first')) ?? {};
    expect(reason).toMatch(/One \(AWS::Logs::LogGroup\): .*already exists/);
  });
});

it('knows nothing of the resources of a stack that is not there', async () => {
  expect(await stacks.resources('nowhere')).toEqual([]);
});
