import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { fixture, type Fixture } from './fixture.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html: "The resource must have a
// static custom name defined in your template. Dynamic names (using !Ref or other functions) are not currently supported. The
// resource must have a DeletionPolicy of Retain or RetainExceptOnCreate. The resource must not already belong to another
// CloudFormation stack." Words of a failed change set: aws-cdk-cli #1367. Events: as `cdk bootstrap` shows them.

let aws: Fixture;
beforeEach(() => {
  aws = fixture();
  aws.world.standing.add('orders');
});

const thing = (Properties: object, more: object = { DeletionPolicy: 'Retain' }) => ({
  Type: 'AWS::Test::Thing',
  Properties,
  ...more,
});
const create = (Resources: object, ImportExistingResources = true) =>
  aws.changeSet({ ChangeSetType: 'CREATE', ImportExistingResources, template: { Resources } });
const changed = ({ Changes = [] }: Awaited<ReturnType<typeof create>>) =>
  Changes.map(({ ResourceChange: one }) =>
    [one?.LogicalResourceId, one?.Action, one?.PhysicalResourceId].filter(Boolean).join(' '),
  );

describe('a change set that imports what exists', () => {
  it('shows what it imports, by which name, beside what it adds', async () => {
    const changeSet = await create({ Orders: thing({ Name: 'orders' }), Other: thing({ Name: 'other' }) });
    expect(changeSet).toMatchObject({ Status: 'CREATE_COMPLETE', ImportExistingResources: true });
    expect(changed(changeSet)).toEqual(['Orders Import orders', 'Other Add']);
  });

  it('adds it where it was not asked to, or the name is not spelled out', async () => {
    expect(changed(await create({ Orders: thing({ Name: 'orders' }) }, false))).toEqual(['Orders Add']);
    aws = fixture();
    aws.world.standing.add('orders');
    expect(changed(await create({ Orders: thing({ Name: { 'Fn::Sub': 'orders' } }) }))).toEqual(['Orders Add']);
  });

  it('fails where the template would let it be deleted', async () => {
    const changeSet = await create({ Orders: thing({ Name: 'orders' }, {}) });
    expect(changeSet).toMatchObject({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE' });
    expect(changeSet.StatusReason).toBe(
      "CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are Orders ({Name=orders})",
    );
  });

  it('fails where another stack has it', async () => {
    const Resources = { Mine: thing({ Name: 'theirs' }) };
    const { StackId = '' } = await aws.create({ StackName: 'theirs', template: { Resources } });
    expect((await create(Resources)).StatusReason).toBe(`theirs already exists in stack ${StackId}`);
  });
});

describe('importing', () => {
  it('takes a resource into a new stack, updates it to the template, and lets others refer to it', async () => {
    const Pointer = thing({ Value: { Ref: 'Orders' } });
    await create({ Orders: thing({ Name: 'orders', Value: 'new' }), Pointer });
    expect((await aws.execute('release')).StackStatus).toBe('CREATE_COMPLETE');
    expect(await aws.history()).toEqual([
      'shop REVIEW_IN_PROGRESS',
      'shop CREATE_IN_PROGRESS',
      'Orders IMPORT_IN_PROGRESS',
      'Orders IMPORT_COMPLETE',
      'Orders UPDATE_IN_PROGRESS',
      'Orders UPDATE_COMPLETE',
      'Pointer CREATE_IN_PROGRESS',
      'Pointer CREATE_IN_PROGRESS',
      'Pointer CREATE_COMPLETE',
      'shop CREATE_COMPLETE',
    ]);
    expect(aws.world.calls).toEqual(['update Orders {"to":"new"}', 'create Pointer {"Value":"orders"}']);
    const { StackEvents = [] } = await aws.kernel.send(
      aws.admin,
      new DescribeStackEventsCommand({ StackName: 'shop' }),
    );
    const reasons = StackEvents.flatMap(({ ResourceStatusReason: reason }) => reason ?? []).toReversed();
    expect(reasons.slice(2, 5)).toEqual([
      'Resource import started.',
      'Resource import completed.',
      'Apply stack-level tags to imported resource if applicable.',
    ]);
  });

  it('takes it into a stack that is there, which may go on as with any other', async () => {
    await aws.create({ template: { Resources: { Other: thing({}) } } });
    const Resources = { Other: thing({}), Orders: thing({ Name: 'orders' }) };
    await aws.changeSet({ ImportExistingResources: true, template: { Resources } });
    expect((await aws.execute('release')).StackStatus).toBe('UPDATE_COMPLETE');
    const deletable = { ...Resources, Orders: thing({ Name: 'orders', Value: 'x' }, {}) };
    expect((await aws.update({ template: { Resources: deletable } })).StackStatus).toBe('UPDATE_COMPLETE');
    const { StackId = '' } = await aws.finished();
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    await aws.finished(StackId);
    expect([...aws.world.standing]).not.toContain('orders');
  });

  it('leaves it where it was when the operation is undone, whatever else says that what is new goes', async () => {
    aws.world.broken.add('create Last');
    const Last = thing({}, { DependsOn: 'Orders' });
    await create({ Orders: thing({ Name: 'orders' }), Last });
    const input = { StackName: 'shop', ChangeSetName: 'release', RetainExceptOnCreate: true };
    await aws.kernel.send(aws.admin, new ExecuteChangeSetCommand(input));
    expect((await aws.finished()).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await aws.history()).toContain('Orders IMPORT_ROLLBACK_COMPLETE');
    expect([...aws.world.standing]).toEqual(['orders']);
  });

  it('leaves it where it was when an update is undone', async () => {
    await aws.create({ template: { Resources: { Other: thing({}) } } });
    aws.world.broken.add('create Last');
    const Last = thing({}, { DependsOn: 'Orders' });
    const Resources = { Other: thing({}), Orders: thing({ Name: 'orders' }), Last };
    await aws.changeSet({ ImportExistingResources: true, template: { Resources } });
    const input = { StackName: 'shop', ChangeSetName: 'release', RetainExceptOnCreate: true };
    await aws.kernel.send(aws.admin, new ExecuteChangeSetCommand(input));
    expect((await aws.finished()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...aws.world.standing]).toContain('orders');
    const again = await aws.changeSet({
      ChangeSetName: 'again',
      ImportExistingResources: true,
      template: { Resources },
    });
    expect(changed(again)).toContain('Orders Import orders');
  });

  it('fails where only a replacement could make it what the template asks for', async () => {
    const provider = { Name: 'orders' };
    aws.world.settings.set('orders', { Name: 'another key' });
    await create({ Orders: thing(provider) });
    expect((await aws.execute('release')).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await aws.history()).toContain('Orders UPDATE_FAILED');
    expect([...aws.world.standing]).toEqual(['orders']);
  });
});
