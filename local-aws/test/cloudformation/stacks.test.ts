import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, fixture, things, type Fixture } from './fixture.ts';

let aws: Fixture;
beforeEach(() => {
  aws = fixture();
});

describe('creating a stack', () => {
  it('makes resources after what they refer to, and shows every step in order', async () => {
    const template = things(
      { B: { Value: { 'Fn::Sub': '${A.Arn}/x' } }, A: { Value: '1' } },
      { Outputs: { Where: { Value: { Ref: 'B' }, Export: { Name: 'where' } } } },
    );
    const stack = await aws.create({ template, ClientRequestToken: 'once' });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(stack.StackId).toMatch(/^arn:aws:cloudformation:us-east-1:222222222222:stack\/shop\/[0-9a-f-]{36}$/);
    expect(stack.Outputs?.[0]).toMatchObject({ OutputKey: 'Where', ExportName: 'where' });
    expect(stack.Outputs?.[0]?.OutputValue).toMatch(/^shop-B-[A-Z0-9]{12}$/);
    expect(aws.world.calls[1]).toMatch(/^create B \{"Value":"arn:fake:shop-A-[A-Z0-9]{12}\/x"\}$/);
    expect(await aws.history()).toEqual([
      'shop CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS',
      'A CREATE_IN_PROGRESS',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      'B CREATE_IN_PROGRESS',
      'B CREATE_COMPLETE',
      'shop CREATE_COMPLETE',
    ]);
    expect(aws.events.at(-1)).toMatchObject({
      account: ACCOUNT,
      source: 'aws.cloudformation',
      detailType: 'CloudFormation Stack Status Change',
      detail: {
        'stack-id': stack.StackId,
        'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' },
        'client-request-token': 'once',
      },
    });
    expect(aws.events.find(({ detailType }) => detailType === 'CloudFormation Resource Status Change')).toMatchObject({
      detail: { 'logical-resource-id': 'A', 'resource-type': 'AWS::Test::Thing', 'client-request-token': 'once' },
    });
  });

  it('rolls back what was made when something fails, with the reason of what failed first', async () => {
    aws.world.broken.add('create B');
    const stack = await aws.create({ template: things({ A: {}, B: { Value: { Ref: 'A' } } }) });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(aws.world.standing.size).toBe(0);
    const { StackEvents = [] } = await aws.kernel.send(
      aws.admin,
      new DescribeStackEventsCommand({ StackName: 'shop' }),
    );
    const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failed?.ResourceStatusReason).toMatch(/^Resource handler returned message: "B will not create"/);
    expect(
      StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'ROLLBACK_IN_PROGRESS')?.ResourceStatusReason,
    ).toBe('The following resource(s) failed to create: [B]. Rollback requested by user.');
    await expect(aws.update({ template: things({ A: {} }) })).rejects.toThrow(
      /is in ROLLBACK_COMPLETE state and can not be updated/,
    );
  });

  it('cancels what runs beside a failure', async () => {
    aws.world.broken.add('create A');
    await aws.create({ template: things({ A: {}, B: {} }), OnFailure: 'DO_NOTHING' });
    const { StackEvents = [] } = await aws.kernel.send(
      aws.admin,
      new DescribeStackEventsCommand({ StackName: 'shop' }),
    );
    expect(
      StackEvents.find(
        ({ ResourceStatus, LogicalResourceId }) => LogicalResourceId === 'B' && ResourceStatus === 'CREATE_FAILED',
      )?.ResourceStatusReason,
    ).toBe('Resource creation cancelled');
    expect(await aws.history()).toContain('shop CREATE_FAILED');
  });

  it('answers the same request twice, and refuses another of the same name', async () => {
    const template = things({ A: {} });
    const first = await aws.create({ template, ClientRequestToken: 'one' });
    expect((await aws.create({ template, ClientRequestToken: 'one' })).StackId).toBe(first.StackId);
    await expect(aws.create({ template, ClientRequestToken: 'two' })).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });
});

describe('updating a stack', () => {
  it('changes in place, replaces where it must, and cleans up at the end', async () => {
    const before = { A: { Name: 'one', Value: '1' }, B: { Value: { Ref: 'A' } }, Gone: { Value: { Ref: 'A' } } };
    await aws.create({ template: things(before) });
    aws.world.calls.length = 0;
    const stack = await aws.update({
      template: things({ A: { Name: 'two', Value: '1' }, B: { Value: { Ref: 'A' } } }),
    });
    expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
    expect(aws.world.calls.slice(0, 2)).toEqual([
      'create A {"Name":"two","Value":"1"}',
      'update B {"from":"one","to":"two"}',
    ]);
    expect(
      aws.world.calls
        .slice(2)
        .map((call) => call.split(' ').slice(0, 2).join(' '))
        .toSorted(),
    ).toEqual(['delete A', 'delete Gone']);
    expect((await aws.history()).slice(-7)).toContain('shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    expect(aws.world.standing.has('one')).toBe(false);
    const { StackResources } = await aws.kernel.send(
      aws.admin,
      new DescribeStackResourcesCommand({ StackName: 'shop' }),
    );
    expect(
      StackResources?.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId, PhysicalResourceId]),
    ).toContainEqual(['A', 'two']);
  });

  it('puts everything back when a step fails: values, replaced resources, new ones', async () => {
    await aws.create({
      template: things({ A: { Value: '1' }, R: { Name: 'old' }, Z: { Value: { 'Fn::Sub': '${A} ${R}' } } }),
    });
    aws.world.broken.add('update Z');
    aws.world.calls.length = 0;
    const stack = await aws.update({
      template: things({
        A: { Value: '2' },
        R: { Name: 'new' },
        N: {},
        Z: { Value: { 'Fn::Sub': '${A.Value} ${R} ${N}' } },
      }),
    });
    // Z itself cannot be updated back either while it is broken, so AWS waits for somebody.
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
    expect(aws.world.calls).toContain('update A {"from":"2","to":"1"}');
    aws.world.broken.clear();
    await aws.kernel.send(aws.admin, new ContinueUpdateRollbackCommand({ StackName: 'shop' }));
    expect((await aws.finished()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(aws.world.standing.has('old')).toBe(true);
    expect(aws.world.standing.has('new')).toBe(false);
    const { StackResources = [] } = await aws.kernel.send(
      aws.admin,
      new DescribeStackResourcesCommand({ StackName: 'shop' }),
    );
    expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId).toSorted()).toEqual(['A', 'R', 'Z']);
    const { TemplateBody } = await aws.kernel.send(aws.admin, new GetTemplateCommand({ StackName: 'shop' }));
    expect(TemplateBody).toContain('"Value":"1"');
  });

  it('skips what it is told to skip when a rollback goes on', async () => {
    await aws.create({ template: things({ A: { Value: '1' } }) });
    aws.world.broken.add('update A');
    expect((await aws.update({ template: things({ A: { Value: '2' } }) })).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
    await aws.kernel.send(aws.admin, new ContinueUpdateRollbackCommand({ StackName: 'shop', ResourcesToSkip: ['A'] }));
    expect((await aws.finished()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('rolls back when it is cancelled', async () => {
    await aws.create({ template: things({ A: { Value: '1' } }) });
    await aws.kernel.send(
      aws.admin,
      new UpdateStackCommand({ StackName: 'shop', TemplateBody: JSON.stringify(things({ A: { Value: '2' } })) }),
    );
    await aws.kernel.send(aws.admin, new CancelUpdateStackCommand({ StackName: 'shop' }));
    expect((await aws.finished()).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('says so when there is nothing to do', async () => {
    await aws.create({ template: things({ A: { Value: '1' } }) });
    await expect(aws.update({ template: things({ A: { Value: 1 } }) })).rejects.toThrow(
      'No updates are to be performed.',
    );
  });

  it('keeps what policies keep', async () => {
    const kept = {
      Type: 'AWS::Test::Thing',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Name: 'kept' },
    };
    const template = { Resources: { A: { Type: 'AWS::Test::Thing' }, K: kept } };
    await aws.create({ template });
    await aws.update({
      template: { Resources: { A: template.Resources.A, K: { ...kept, Properties: { Name: 'newer' } } } },
    });
    await aws.update({ template: { Resources: { A: template.Resources.A } } });
    expect(await aws.history()).toContain('K DELETE_SKIPPED');
    expect([...aws.world.standing]).toEqual(expect.arrayContaining(['kept', 'newer']));
  });
});

describe('deleting a stack', () => {
  it('deletes in reverse, and the stack can still be described by its id', async () => {
    const { StackId } = await aws.create({ template: things({ A: {}, B: { Value: { Ref: 'A' } } }) });
    aws.world.calls.length = 0;
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    expect((await aws.finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
    expect(aws.world.calls.map((call) => call.split(' ')[1])).toEqual(['B', 'A']);
    await expect(aws.finished('shop')).rejects.toThrow('Stack with id shop does not exist');
  });

  it('fails where a resource does not go, and may then retain it', async () => {
    const { StackId } = await aws.create({ template: things({ A: {} }) });
    aws.world.broken.add('delete A');
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    expect((await aws.finished()).StackStatus).toBe('DELETE_FAILED');
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop', RetainResources: ['A'] }));
    expect((await aws.finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
  });

  it('is refused under termination protection', async () => {
    await aws.create({ template: things({ A: {} }), EnableTerminationProtection: true });
    const deletion = new DeleteStackCommand({ StackName: 'shop' });
    await expect(aws.kernel.send(aws.admin, deletion)).rejects.toThrow(/TerminationProtection is enabled/);
    await aws.kernel.send(
      aws.admin,
      new UpdateTerminationProtectionCommand({ StackName: 'shop', EnableTerminationProtection: false }),
    );
    await aws.kernel.send(aws.admin, deletion);
  });

  it('waits for the creation it interrupts', async () => {
    const { StackId } = await aws.kernel.send(
      aws.admin,
      new CreateStackCommand({ StackName: 'shop', TemplateBody: JSON.stringify(things({ A: {} })) }),
    );
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    expect((await aws.finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
    expect(aws.world.standing.size).toBe(0);
  });
});

describe('stacks of one account', () => {
  it('import what another exports, which then may not go', async () => {
    const outputs = { Outputs: { Out: { Value: 'x', Export: { Name: 'shared' } } } };
    await aws.create({ template: things({ A: {} }, outputs) });
    await aws.create({ StackName: 'other', template: things({ B: { Value: { 'Fn::ImportValue': 'shared' } } }) });
    expect(aws.world.calls).toContain('create B {"Value":"x"}');
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    expect(await aws.finished()).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'Export shared cannot be deleted as it is in use by other',
    });
    await expect(
      aws.create({ StackName: 'third', template: things({ C: { Value: { 'Fn::ImportValue': 'none' } } }) }),
    ).rejects.toThrow('No export named none found.');
  });
});
