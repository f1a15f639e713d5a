import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';
import * as z from 'zod';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';

const version = z.union([z.string(), z.number()]).transform(String);
const schema = z.strictObject({
  version: z.union([z.literal(0), z.literal('0.0')]),
  Resources: z.tuple([
    z.record(
      z.string(),
      z.strictObject({
        Type: z.literal('AWS::Lambda::Function'),
        Properties: z.strictObject({
          Name: z.string(),
          Alias: z.string(),
          CurrentVersion: version,
          TargetVersion: version,
        }),
      }),
    ),
  ]),
  Hooks: z
    .array(z.strictObject({ BeforeAllowTraffic: z.string().optional(), AfterAllowTraffic: z.string().optional() }))
    .default([]),
});

/** What an AppSpec file for Lambda says. */
export interface AppSpec {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
  readonly hooks: {
    readonly BeforeAllowTraffic?: string | undefined;
    readonly AfterAllowTraffic?: string | undefined;
  };
}

/**
 * The text of a revision. @throws AwsError RevisionRequiredException, InvalidRevisionException
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html
 */
export function revisionText(revision: RevisionLocation | undefined): string {
  if (revision === undefined) throw new AwsError('RevisionRequiredException', 'The revision ID was not specified.');
  const { revisionType } = revision;
  if (revisionType !== 'AppSpecContent' && revisionType !== 'String')
    throw new NotImplemented(`the revision type ${revisionType} in codedeploy`);
  const given = revisionType === 'AppSpecContent' ? revision.appSpecContent : revision.string;
  if (given?.content === undefined)
    throw new AwsError('InvalidRevisionException', `A revision of type ${revisionType} needs its content.`);
  const digest = createHash('sha256').update(given.content).digest('hex');
  if (given.sha256 !== undefined && given.sha256.toLowerCase() !== digest)
    throw new AwsError('InvalidRevisionException', 'The SHA-256 of the revision content does not match the content.');
  return given.content;
}

/**
 * Reads an AppSpec file, JSON or YAML; a reason instead of it where it is invalid.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export function readAppSpec(text: string): AppSpec | string {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return `it is not well-formed: ${error instanceof Error ? error.message : String(error)}`;
  }
  const read = schema.safeParse(document);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
  }
  const resources = Object.values(read.data.Resources[0]);
  const [resource] = resources;
  if (resource === undefined || resources.length > 1) return 'Resources must name exactly one function';
  const { Name, Alias, CurrentVersion, TargetVersion } = resource.Properties;
  if (CurrentVersion === TargetVersion) return 'TargetVersion must not equal CurrentVersion';
  return {
    functionName: Name,
    alias: Alias,
    currentVersion: CurrentVersion,
    targetVersion: TargetVersion,
    hooks: read.data.Hooks.reduce((all, hook) => ({ ...all, ...hook }), {}),
  };
}

/** A revision that moves the alias back; what a rollback deploys. */
export function rollbackRevision(spec: AppSpec): RevisionLocation {
  const content = JSON.stringify({
    version: '0.0',
    Resources: [
      {
        [spec.functionName]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: spec.functionName,
            Alias: spec.alias,
            CurrentVersion: spec.targetVersion,
            TargetVersion: spec.currentVersion,
          },
        },
      },
    ],
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } };
}
