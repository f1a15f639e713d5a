import { DeleteStackCommand, ExecuteChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { fixture, type Fixture } from './fixture.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html (RetainExceptOnCreate): "newly
// created resources are deleted when the operation rolls back. This includes newly created resources marked with a deletion
// policy of Retain."

let aws: Fixture;
beforeEach(() => {
  aws = fixture();
});

const named = (id: string, DeletionPolicy: string, more: object = {}) => ({
  [id]: { Type: 'AWS::Test::Thing', DeletionPolicy, Properties: { Name: `own-${id}` }, ...more },
});

/** Makes a change set and executes it. @returns the stack's status */
async function change(Resources: object, create: boolean, RetainExceptOnCreate?: boolean): Promise<string> {
  await aws.changeSet({ ChangeSetType: create ? 'CREATE' : 'UPDATE', template: { Resources } });
  await aws.kernel.send(
    aws.admin,
    new ExecuteChangeSetCommand({ StackName: 'shop', ChangeSetName: 'release', RetainExceptOnCreate }),
  );
  return (await aws.finished()).StackStatus ?? '';
}

const failing = { ...named('Last', 'Delete'), Last: { Type: 'AWS::Test::Thing', DependsOn: ['Kept', 'Spared'] } };
const both = { ...named('Kept', 'Retain'), ...named('Spared', 'RetainExceptOnCreate') };

describe('what a creation that fails late has made', () => {
  beforeEach(() => void aws.world.broken.add('create Last'));

  it('stays where the template says Retain, and goes where it says RetainExceptOnCreate', async () => {
    expect(await change({ ...both, ...failing }, true)).toBe('ROLLBACK_COMPLETE');
    expect([...aws.world.standing]).toEqual(['own-Kept']);
    expect(await aws.history()).toContain('Kept DELETE_SKIPPED');
  });

  it('goes altogether when the change set is executed with RetainExceptOnCreate', async () => {
    expect(await change({ ...both, ...failing }, true, true)).toBe('ROLLBACK_COMPLETE');
    expect([...aws.world.standing]).toEqual([]);
  });

  it('goes where an update made it, while what was there before stays', async () => {
    expect(await change(named('Before', 'Retain'), true, true)).toBe('CREATE_COMPLETE');
    expect(await change({ ...named('Before', 'Retain'), ...both, ...failing }, false, true)).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect([...aws.world.standing]).toEqual(['own-Before']);
  });
});

it('keeps what was created for good when the stack is deleted, by either policy and however it was executed', async () => {
  expect(await change(both, true, true)).toBe('CREATE_COMPLETE');
  const { StackId = '' } = await aws.finished();
  await aws.kernel.send(aws.admin, new DeleteStackCommand({ StackName: 'shop' }));
  expect((await aws.finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
  expect([...aws.world.standing]).toEqual(['own-Kept', 'own-Spared']);
});
