/**
 * AWS::SecretsManager::Secret.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
 */
import { randomInt } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';
import { count, differ, flag, readProperties, tagList } from './shapes.ts';

const generated = z.strictObject({
  PasswordLength: count.default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag.default(false),
  ExcludeUppercase: flag.default(false),
  ExcludeNumbers: flag.default(false),
  ExcludePunctuation: flag.default(false),
  IncludeSpace: flag.default(false),
  GenerateStringKey: z.string().optional(),
  SecretStringTemplate: z.string().optional(),
});
const schema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generated.optional(),
  KmsKeyId: z.string().optional(),
  Tags: tagList.optional(),
});
const SECRET = 'AWS::SecretsManager::Secret';

const secret: ResourceProvider = {
  type: SECRET,
  properties: Object.keys(schema.shape),
  createOnly: ['Name'],
  attributes: ['Id'],
  create: async (properties, context) => {
    const { GenerateSecretString, ...wanted } = readProperties(SECRET, schema, properties);
    const SecretString =
      wanted.SecretString ?? (GenerateSecretString === undefined ? undefined : generate(GenerateSecretString));
    const { ARN = '' } = await context.kernel.send(
      context.caller,
      new CreateSecretCommand({ ...wanted, Name: wanted.Name ?? context.name(255, { prefix: '' }), SecretString }),
    );
    return state(ARN);
  },
  update: async (SecretId, properties, previous, { kernel, caller }) => {
    const wanted = readProperties(SECRET, schema, properties);
    const was = readProperties(SECRET, schema, previous);
    const isNew = wanted.GenerateSecretString && differ(wanted.GenerateSecretString, was.GenerateSecretString);
    const SecretString = isNew ? generate(wanted.GenerateSecretString) : changed(wanted.SecretString, was.SecretString);
    const { Description, KmsKeyId } = wanted;
    await kernel.send(caller, new UpdateSecretCommand({ SecretId, Description, KmsKeyId, SecretString }));
    if (differ(wanted.Tags, was.Tags)) {
      const TagKeys = (was.Tags ?? []).map(({ Key }) => Key);
      if (TagKeys.length > 0) await kernel.send(caller, new UntagResourceCommand({ SecretId, TagKeys }));
      const Tags = wanted.Tags ?? [];
      if (Tags.length > 0) await kernel.send(caller, new TagResourceCommand({ SecretId, Tags }));
    }
    return state(SecretId);
  },
  // As CloudFormation does it: at once, so that the name is free again.
  delete: async (SecretId, _properties, { kernel, caller }) =>
    unlessGone(
      kernel.send(caller, new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
      'ResourceNotFoundException',
    ),
};

function changed(wanted: string | undefined, was: string | undefined): string | undefined {
  return wanted === was ? undefined : wanted;
}

function state(arn: string): ResourceState {
  return { physicalId: arn, attributes: { Id: arn } };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
function generate(wanted: z.infer<typeof generated> | undefined): string {
  const options = wanted ?? generated.parse({});
  const alphabet = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((character) => !options.ExcludeCharacters.includes(character));
  const password = Array.from({ length: options.PasswordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  if (options.GenerateStringKey === undefined) return password;
  const template: unknown = JSON.parse(options.SecretStringTemplate ?? '{}');
  return JSON.stringify({
    ...z.record(z.string(), z.unknown()).parse(template),
    [options.GenerateStringKey]: password,
  });
}

export const secretsManagerResources: ResourceProvider[] = [secret];
