import {
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  type GetTemplateCommandInput,
  type GetTemplateCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Transform, TransformRequest } from '../../services/cloudformation/transform.ts';
import { fixture, REGION, type Fixture } from './fixture.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html

/** What the transforms of a test were handed, by their names. */
let requests: (readonly [string, TransformRequest])[];

/** Makes a thing of each of `Greetings`, which says the parameter Word to it. */
const greet: Transform = ({ template: { Greetings: names, ...template }, parameters, region }) => {
  if (!Array.isArray(names)) return { refused: 'Greetings must be a list. Number of lists found: 0.' };
  if (names.includes('Everybody')) return { notImplemented: 'greetings to everybody' };
  const Value = `${String(parameters.Word)} from ${region}`;
  const made = names.map(String).map((Other) => [Other, { Type: 'AWS::Test::Thing', Properties: { Value, Other } }]);
  return { template: { ...template, Resources: Object.fromEntries(made) } };
};

/** Another text in place of one, wherever a template has it. */
const replacing = (text: string, other: string): Transform => {
  return ({ template }) => ({ template: parse(JSON.stringify(template).replaceAll(text, other)) });
};
/** Says what is said already louder. */
const shout = replacing('hi from', 'HI from');
/** Makes what needs a capability. */
const grow = replacing('AWS::Test::Thing', 'AWS::IAM::Role');

/** Leaves a section that templates do not have. */
const spoil: Transform = ({ template }) => ({ template: { ...template, Leftover: {} } });

function parse(text = ''): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

/** A template that greets; in YAML, with what it was written with. */
function greeting(transform: string, names = '[Ada, Grace]'): string {
  return `# as a team wrote it
Transform: ${transform}
Parameters:
  Word: { Type: String, Default: hi }
  Words: { Type: CommaDelimitedList, Default: 'hi, ho' }
Greetings: ${names}
Outputs:
  Ada: { Value: !GetAtt Ada.Value }
`;
}

let aws: Fixture;
beforeEach(() => {
  requests = [];
  const noted = (name: string, transform: Transform): Transform => {
    return (request) => {
      requests.push([name, request]);
      return transform(request);
    };
  };
  const transforms = { 'Team::Greet': noted('Team::Greet', greet), Shout: noted('Shout', shout) };
  aws = fixture({ transforms: { ...transforms, Grow: grow, Spoil: spoil } });
});

function templateOf(input: GetTemplateCommandInput): Promise<GetTemplateCommandOutput> {
  return aws.kernel.send(aws.admin, new GetTemplateCommand({ StackName: 'shop', ...input }));
}

describe('a template with transforms', () => {
  it('is expanded in a change set, which makes what it shows', async () => {
    const template = greeting('Team::Greet');
    const { Changes, StatusReason } = await aws.changeSet({ template, ChangeSetType: 'CREATE' });
    expect(StatusReason).toBeUndefined();
    expect(Changes?.map(({ ResourceChange }) => ResourceChange?.LogicalResourceId)).toEqual(['Ada', 'Grace']);
    const original = await templateOf({ ChangeSetName: 'release', TemplateStage: 'Original' });
    expect(original).toMatchObject({ TemplateBody: template, StagesAvailable: ['Original', 'Processed'] });
    const { TemplateBody: processed } = await templateOf({ ChangeSetName: 'release', TemplateStage: 'Processed' });
    expect(Object.keys(parse(processed))).toEqual(['Parameters', 'Outputs', 'Resources']);

    const { Outputs } = await aws.execute('release');
    expect(Outputs).toMatchObject([{ OutputKey: 'Ada', OutputValue: `hi from ${REGION}` }]);
    expect(aws.world.calls).toEqual([
      `create Ada {"Value":"hi from ${REGION}","Other":"Ada"}`,
      `create Grace {"Value":"hi from ${REGION}","Other":"Grace"}`,
    ]);
    expect((await templateOf({ TemplateStage: 'Original' })).TemplateBody).toBe(template);
    // Without a stage it is the processed one.
    expect((await templateOf({})).TemplateBody).toBe(processed);
    const summary = await aws.kernel.send(aws.admin, new GetTemplateSummaryCommand({ StackName: 'shop' }));
    expect(summary).toMatchObject({ DeclaredTransforms: ['Team::Greet'], ResourceTypes: ['AWS::Test::Thing'] });
  });

  it('hands them its sections, what Ref gives of its parameters, and the region', async () => {
    const Parameters = [{ ParameterKey: 'Word', ParameterValue: 'hello' }];
    await aws.changeSet({ template: greeting('Team::Greet'), ChangeSetType: 'CREATE', Parameters });
    const template = {
      Parameters: {
        Word: { Type: 'String', Default: 'hi' },
        Words: { Type: 'CommaDelimitedList', Default: 'hi, ho' },
      },
      Greetings: ['Ada', 'Grace'],
      Outputs: { Ada: { Value: { 'Fn::GetAtt': ['Ada', 'Value'] } } },
    };
    const parameters = { Word: 'hello', Words: ['hi', 'ho'] };
    expect(requests).toEqual([['Team::Greet', { template, parameters, region: REGION }]]);
  });

  it.each([
    ['[Team::Greet, Shout]', `HI from ${REGION}`],
    ['[Shout, Team::Greet]', `hi from ${REGION}`],
  ])('is expanded by %s in this order', async (transform, said) => {
    await aws.changeSet({ template: greeting(transform), ChangeSetType: 'CREATE' });
    const { Outputs } = await aws.execute('release');
    expect(Outputs?.[0]?.OutputValue).toBe(said);
    expect(`[${requests.map(([name]) => name).join(', ')}]`).toBe(transform);
  });

  it('is expanded anew where the previous one is used with other parameters', async () => {
    const template = greeting('Team::Greet');
    await aws.changeSet({ template, ChangeSetType: 'CREATE' });
    await aws.execute('release');
    const Parameters = [{ ParameterKey: 'Word', ParameterValue: 'bye' }];
    await aws.changeSet({ template: undefined, UsePreviousTemplate: true, ChangeSetName: 'again', Parameters });
    expect((await templateOf({ ChangeSetName: 'again', TemplateStage: 'Original' })).TemplateBody).toBe(template);
    const { Outputs } = await aws.execute('again');
    expect(Outputs?.[0]?.OutputValue).toBe(`bye from ${REGION}`);
  });

  it.each([
    [
      'what a transform refuses',
      greeting('Team::Greet', 'Ada'),
      'Transform Team::Greet failed with: Greetings must be a list. Number of lists found: 0.',
    ],
    ['a capability for what comes of it', greeting('[Team::Greet, Grow]'), 'Requires capabilities : [CAPABILITY_IAM]'],
    [
      'what comes of it and is no template',
      greeting('[Team::Greet, Spoil]'),
      'Invalid template property or properties [Leftover]',
    ],
  ])('fails its change set by %s, and has no processed stage then', async (_, template, reason) => {
    const made = await aws.changeSet({ template, ChangeSetType: 'CREATE' });
    expect([made.Status, made.StatusReason]).toEqual(['FAILED', reason]);
    const { StagesAvailable } = await templateOf({ ChangeSetName: 'release', TemplateStage: 'Original' });
    expect(StagesAvailable).toEqual(['Original']);
    await expect(templateOf({ ChangeSetName: 'release', TemplateStage: 'Processed' })).rejects.toThrow(
      /no stage Processed/,
    );
  });

  it('is refused by what a transform of AWS’s does and the one here does not', async () => {
    const template = greeting('Team::Greet', '[Everybody]');
    await expect(aws.changeSet({ template, ChangeSetType: 'CREATE' })).rejects.toMatchObject({
      name: 'NotImplementedByLocalAws',
      message: 'The local AWS does not implement all of the Transform Team::Greet: greetings to everybody.',
    });
  });

  it.each([
    ['AWS::LanguageExtensions', '"AWS::LanguageExtensions"'],
    ['[Nobody, Team::Greet, Nowhere]', '"Nobody", "Nowhere"'],
    ['{ Name: AWS::Include, Parameters: { Location: s3://bucket/it } }', '{"Name":"AWS::Include",'],
    // What every object answers to, and nobody gave.
    ['constructor', '"constructor"'],
    ['7', '7'],
  ])('with %s, which was not given, is refused by that name', async (transform, name) => {
    const template = greeting(transform);
    const refusal = `The local AWS does not implement the template's Transform ${name}`;
    await expect(aws.changeSet({ template, ChangeSetType: 'CREATE' })).rejects.toThrow(refusal);
    await expect(aws.create({ template })).rejects.toThrow(refusal);
    expect(requests).toEqual([]);
  });

  it('is refused by name without a change set', async () => {
    const refusal = /does not implement the Transform Team::Greet where a stack is made or updated/;
    await expect(aws.create({ template: greeting('Team::Greet') })).rejects.toThrow(refusal);
    await aws.changeSet({ template: greeting('Team::Greet'), ChangeSetType: 'CREATE' });
    await aws.execute('release');
    await expect(aws.update({ template: greeting('Team::Greet') })).rejects.toThrow(refusal);
  });
});
