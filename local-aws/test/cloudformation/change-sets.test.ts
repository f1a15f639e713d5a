import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  type Change,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { fixture, things, type Fixture } from './fixture.ts';

let aws: Fixture;
beforeEach(() => {
  aws = fixture();
});

/** `logicalId action replacement: name evaluation source entity, …` */
function told({ ResourceChange }: Change): string {
  const details = (ResourceChange?.Details ?? []).map(({ Target, Evaluation, ChangeSource, CausingEntity }) =>
    [Target?.Name ?? Target?.Attribute, Evaluation, ChangeSource, CausingEntity].filter(Boolean).join(' '),
  );
  const head = [ResourceChange?.LogicalResourceId, ResourceChange?.Action, ResourceChange?.Replacement];
  return [head.filter(Boolean).join(' '), ...details].join('; ');
}

describe('a change set that creates', () => {
  it('leaves the stack in review until it is executed', async () => {
    const changeSet = await aws.changeSet({ ChangeSetType: 'CREATE', template: things({ A: {}, B: {} }) });
    expect(changeSet).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' });
    expect(changeSet.Changes?.map(told)).toEqual(['A Add', 'B Add']);
    expect(await aws.history()).toEqual(['shop REVIEW_IN_PROGRESS']);
    expect(aws.world.calls).toEqual([]);
    expect((await aws.execute('release', 'token')).StackStatus).toBe('CREATE_COMPLETE');
    const again = await aws.kernel.send(
      aws.admin,
      new DescribeChangeSetCommand({ ChangeSetName: changeSet.ChangeSetId }),
    );
    expect(again.ExecutionStatus).toBe('EXECUTE_COMPLETE');
    expect((await aws.kernel.send(aws.admin, new ListChangeSetsCommand({ StackName: 'shop' }))).Summaries).toEqual([]);
    expect(aws.events.at(-1)?.detail).toMatchObject({ 'client-request-token': 'token' });
    await expect(aws.changeSet({ ChangeSetType: 'CREATE', template: things({ A: {} }) })).rejects.toThrow(
      'Stack [shop] already exists and cannot be created again with the changeSet [release].',
    );
  });

  it('of a stack that was never deployed leaves nothing when the stack is deleted', async () => {
    const { StackId = '' } = await aws.changeSet({ ChangeSetType: 'CREATE', template: things({ A: {} }) });
    await expect(aws.changeSet({ ChangeSetName: 'other', template: things({ A: {} }) })).rejects.toThrow(
      'Stack [shop] does not exist',
    );
    await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
    expect((await aws.finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
  });
});

describe('a change set that updates', () => {
  it('says for each property why it changes, and whether that replaces', async () => {
    const parameters = { Parameters: { Size: { Type: 'String', Default: 's' } } };
    await aws.create({
      template: things(
        {
          A: { Name: 'one', Value: '1' },
          P: { Value: { Ref: 'Size' } },
          ByRef: { Name: { Ref: 'A' } },
          ByAttribute: { Value: { 'Fn::GetAtt': ['P', 'Arn'] } },
          Same: { Value: '1' },
          Gone: {},
        },
        parameters,
      ),
    });
    const changeSet = await aws.changeSet({
      Parameters: [{ ParameterKey: 'Size', ParameterValue: 'l' }],
      template: things(
        {
          A: { Name: 'two', Value: '2' },
          P: { Value: { Ref: 'Size' } },
          ByRef: { Name: { Ref: 'A' } },
          ByAttribute: { Value: { 'Fn::GetAtt': ['P', 'Arn'] } },
          Same: { Value: '1' },
          New: {},
        },
        parameters,
      ),
    });
    expect(changeSet.Changes?.map(told)).toEqual([
      'A Modify True; Name Static DirectModification; Value Static DirectModification',
      'P Modify False; Value Static ParameterReference Size; Value Dynamic DirectModification',
      'ByRef Modify Conditional; Name Dynamic ResourceReference A',
      'ByAttribute Modify False; Value Dynamic ResourceAttribute P.Arn',
      'New Add',
      'Gone Remove',
    ]);
    const [first] = changeSet.Changes ?? [];
    expect(first?.ResourceChange).toMatchObject({
      PhysicalResourceId: 'one',
      PolicyAction: 'ReplaceAndDelete',
      Scope: ['Properties'],
    });
    const withValues = await aws.kernel.send(
      aws.admin,
      new DescribeChangeSetCommand({ StackName: 'shop', ChangeSetName: 'release', IncludePropertyValues: true }),
    );
    expect(withValues.Changes?.[0]?.ResourceChange?.Details?.[0]?.Target).toMatchObject({
      Path: '/Properties/Name',
      BeforeValue: 'one',
      AfterValue: 'two',
    });
    const { TemplateBody } = await aws.kernel.send(
      aws.admin,
      new GetTemplateCommand({ StackName: 'shop', ChangeSetName: 'release', TemplateStage: 'Processed' }),
    );
    expect(TemplateBody).toContain('"New"');
    expect((await aws.execute('release')).StackStatus).toBe('UPDATE_COMPLETE');
    // What depends on a value that turned out the same is left alone.
    expect(aws.world.calls.some((call) => call.startsWith('update ByAttribute'))).toBe(false);
  });

  it('fails in AWS’s words when it changes nothing, and blocks its name until it is deleted', async () => {
    const template = things({ A: { Value: '1' } });
    await aws.create({ template });
    const changeSet = await aws.changeSet({ template });
    expect(changeSet).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason:
        "The submitted information didn't contain changes. Submit different information to create a change set.",
    });
    await expect(aws.execute('release')).rejects.toMatchObject({ name: 'InvalidChangeSetStatus' });
    await expect(aws.changeSet({ template: things({ A: { Value: '2' } }) })).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
    await aws.kernel.send(aws.admin, new DeleteChangeSetCommand({ StackName: 'shop', ChangeSetName: 'release' }));
    expect((await aws.changeSet({ template: things({ A: { Value: '2' } }) })).Status).toBe('CREATE_COMPLETE');
  });

  it('goes through when only outputs, tags or metadata differ', async () => {
    const template = things({ A: { Value: '1' } });
    await aws.create({ template });
    const outputs = await aws.changeSet({
      template: things({ A: { Value: '1' } }, { Outputs: { O: { Value: 'x' } } }),
    });
    expect(outputs).toMatchObject({ Status: 'CREATE_COMPLETE', Changes: [] });
    expect((await aws.execute('release')).Outputs).toMatchObject([{ OutputKey: 'O', OutputValue: 'x' }]);
    const tags = await aws.changeSet({ template, Tags: [{ Key: 'team', Value: 'a' }] });
    expect(tags.Changes?.map(told)).toEqual(['A Modify False; Tags Static DirectModification']);
    expect(tags.Changes?.[0]?.ResourceChange?.Scope).toEqual(['Tags']);
  });

  it('carries out a request once, however often it is asked', async () => {
    await aws.create({ template: things({ A: { Value: '1' } }) });
    const request = new CreateChangeSetCommand({
      StackName: 'shop',
      ChangeSetName: 'release',
      ClientToken: 'draw',
      TemplateBody: JSON.stringify(things({ A: { Value: '2' } })),
    });
    const first = await aws.kernel.send(aws.admin, request);
    expect(await aws.kernel.send(aws.admin, request)).toEqual(first);
    await aws.kernel.clock.sleep(5_000, 'the change set is drawn up');
    const execution = new ExecuteChangeSetCommand({
      StackName: 'shop',
      ChangeSetName: 'release',
      ClientRequestToken: 'go',
    });
    await aws.kernel.send(aws.admin, execution);
    await aws.kernel.send(aws.admin, execution);
    await expect(aws.changeSet({ ChangeSetName: 'late', template: things({ A: {} }) })).rejects.toThrow(
      /is in UPDATE_IN_PROGRESS state and can not be updated/,
    );
    await aws.finished();
    await aws.kernel.send(aws.admin, execution);
    expect(aws.world.calls.filter((call) => call.startsWith('update'))).toHaveLength(1);
  });

  it('asks for what is not there by name', async () => {
    await aws.create({ template: things({ A: {} }) });
    await expect(
      aws.kernel.send(aws.admin, new DescribeChangeSetCommand({ StackName: 'shop', ChangeSetName: 'none' })),
    ).rejects.toMatchObject({ name: 'ChangeSetNotFound', message: 'ChangeSet [none] does not exist' });
    await aws.kernel.send(aws.admin, new DeleteChangeSetCommand({ StackName: 'shop', ChangeSetName: 'none' }));
  });
});
