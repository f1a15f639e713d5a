import { describe, expect, it } from 'vitest';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import type { Executions } from '../../../core/policy/execution.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
const task = (ConnectionArn: unknown) => ({
  StartAt: 'Call',
  States: {
    Call: {
      Type: 'Task',
      Resource: 'arn:aws:states:::http:invoke',
      Parameters: { ApiEndpoint: 'https://example.com', Method: 'GET', Authentication: { ConnectionArn } },
      End: true,
    },
  },
});
const arn = { 'Fn::GetAtt': ['Api', 'Arn'] };

/** What keeps a state machine out that uses a connection, without how to mend it, and in which targets. */
function told(
  Properties: Readonly<Record<string, unknown>>,
  { connection = {}, execution = {}, Type = 'AWS::StepFunctions::StateMachine', Condition }: Setting = {},
) {
  const Api = { Type: 'AWS::Events::Connection', Properties: connection };
  const Flow = { Type, Properties, ...(Condition === undefined ? {} : { Condition }) };
  const template = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } }, Resources: { Api, Flow } };
  return judgeByPolicy({ release, artifact, manifest, policy: { ...samplePolicy(), execution }, template })
    .inTargets.filter(({ problem }) => problem.code === 'template.connection-out-of-reach')
    .map(({ problem: { message, places, who }, targets }) => ({
      uses: /uses (.*), and the boundary/.exec(message)?.[1],
      ...{ places, who, targets: targets.length },
    }));
}
interface Setting {
  readonly connection?: Readonly<Record<string, unknown>>;
  readonly execution?: Executions;
  readonly Type?: string;
  readonly Condition?: string;
}

const ownRole = { '222222222222/us-east-1': { role: 'arn:aws:iam::222222222222:role/cloudformation' } };
const refused = (uses: string, targets = 2) => [
  { uses, places: ['Resources.Flow.Properties'], who: 'either', targets },
];
const nameless = 'the connection "Api", which has no Name';

describe('an HTTP task that uses a connection without a name of the service', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['in the definition itself', { Definition: task(arn) }],
    ['in its text', { DefinitionString: { 'Fn::Sub': JSON.stringify(task('${Api.Arn}')) } }],
    ['by what is put into a file', { DefinitionS3Location: {}, DefinitionSubstitutions: { ConnectionArn: arn } }],
  ])('is told before it runs: %s', (_, properties) => {
    expect(told(properties)).toEqual(refused(nameless));
    expect(told(properties, { Type: 'AWS::Serverless::StateMachine' })).toEqual(refused(nameless));
  });

  it('is told of the name that is not the service’s, of its own and of another stack’s', () => {
    const setting = { connection: { Name: 'shared' } };
    // CloudFormation’s role may not give it this name either: `template.name-not-granted`.
    expect(told({ Definition: task(arn) }, setting)).toEqual([]);
    expect(told({ Definition: task(arn) }, { ...setting, execution: ownRole })).toEqual(
      refused('the connection "Api", which is called "shared"', 1),
    );
    const other = 'arn:aws:events:us-east-1:222222222222:connection/partner/0a1b2c3d-0000-0000-0000-000000000000';
    expect(told({ Definition: task(other) })).toEqual(refused('the connection "partner"'));
  });

  it('is no concern where a boundary of the platform team’s lets it, or none', () => {
    const execution = { '222222222222/us-east-1': { boundary: 'none' } } as const;
    expect(told({ Definition: task(arn) }, { execution })).toEqual(refused(nameless, 1));
  });

  it.each<[string, Readonly<Record<string, unknown>>, Setting]>([
    [
      'has a name of the service',
      { Definition: task(arn) },
      { connection: { Name: { 'Fn::Sub': '${AWS::StackName}-api' } } },
    ],
    [
      'has a name of the service, and CloudFormation a role of the platform team’s',
      { Definition: task(arn) },
      { connection: { Name: { 'Fn::Sub': '${AWS::StackName}-api' } }, execution: ownRole },
    ],
    [
      'has a name that is not known',
      { Definition: task(arn) },
      { connection: { Name: { 'Fn::ImportValue': 'name' } } },
    ],
    ['is in a state machine that is not made', { Definition: task(arn) }, { Condition: 'Never' }],
    ['is used by something else', { ConnectionArn: arn }, { Type: 'AWS::Events::ApiDestination' }],
    ['is another resource', { Definition: task({ Ref: 'Flow' }) }, {}],
  ])('nothing is told where it %s', (_, properties, setting) => {
    expect(told(properties, setting)).toEqual([]);
  });
});
