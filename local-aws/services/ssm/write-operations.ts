import { EncryptCommand } from '@aws-sdk/client-kms';
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { arnOf, AWS_KEY, onParameter, type Parameters, type Version } from './store.ts';

/** PutParameter and the deletes. */
export function writeOperations(parameters: Parameters): AnyOperation[] {
  return [
    operation({
      command: PutParameterCommand,
      accepts: [
        'Name',
        'Value',
        'Type',
        'Description',
        'Overwrite',
        'KeyId',
        'Tags',
        'Tier',
        'DataType',
        'AllowedPattern',
      ],
      authorize: (input, call) => [
        onParameter('PutParameter')(input, call),
        ...(input.Tags === undefined ? [] : [onParameter('AddTagsToResource')(input, call)]),
      ],
      handle: async (input, { caller }) => put(parameters, input, caller),
    }),
    operation({
      command: DeleteParameterCommand,
      accepts: ['Name'],
      authorize: onParameter('DeleteParameter'),
      handle: async ({ Name }, { caller }) => {
        parameters.of(caller).delete(parameters.get(Name, caller).stored.name);
        return {};
      },
    }),
    operation({
      command: DeleteParametersCommand,
      accepts: ['Names'],
      authorize: ({ Names = [] }, call) => Names.map((Name) => onParameter('DeleteParameters')({ Name }, call)),
      handle: async ({ Names = [] }, { caller }) => ({
        DeletedParameters: Names.filter((name) => parameters.of(caller).delete(name)),
        InvalidParameters: Names.filter((name) => !parameters.of(caller).has(name)),
      }),
    }),
  ];
}

async function put(parameters: Parameters, input: PutParameterCommandInput, caller: Caller) {
  const { kernel } = parameters;
  const name = input.Name ?? '';
  const value = input.Value ?? '';
  if ((input.Tier ?? 'Standard') !== 'Standard') throw new NotImplemented(`the tier ${input.Tier ?? ''} of ssm`);
  if ((input.DataType ?? 'text') !== 'text') throw new NotImplemented(`the data type ${input.DataType ?? ''} of ssm`);
  if (!/^[a-zA-Z0-9/._-]+$/.test(name) || /^\/?(aws|ssm)(\/|$)/i.test(name))
    throw new AwsError('ValidationException', `Parameter name ${name} is invalid.`);
  if (value === '' || Buffer.byteLength(value) > 4096)
    throw new AwsError(
      'ValidationException',
      'Standard tier parameters support a maximum parameter value of 4096 characters.',
    );
  if (input.AllowedPattern !== undefined && !allowedPattern(input.AllowedPattern).test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value does not match the pattern ${input.AllowedPattern}.`,
    );
  const old = parameters.of(caller).get(name);
  const last = old?.versions.at(-1);
  if (old !== undefined && input.Overwrite !== true)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  if (old !== undefined && input.Tags !== undefined)
    throw new AwsError('ValidationException', 'Invalid request: tags and overwrite can’t be used together.');
  const type = input.Type ?? last?.type;
  if (type === undefined)
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  const keyId = type === 'SecureString' ? (input.KeyId ?? last?.keyId ?? AWS_KEY) : undefined;
  const number = (last?.number ?? 0) + 1;
  const version: Version = {
    number,
    type,
    keyId,
    value:
      keyId === undefined || keyId === AWS_KEY
        ? value
        : await encrypted(kernel, keyId, value, arnOf(name, caller), caller),
    description: input.Description ?? last?.description,
    dataType: 'text',
    at: kernel.clock.date(),
  };
  const tags = old?.tags ?? new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  parameters.of(caller).set(name, { name, tags, versions: [...(old?.versions ?? []), version] });
  return { Version: number, Tier: 'Standard' as const };
}

async function encrypted(kernel: Kernel, KeyId: string, value: string, arn: string, caller: Caller): Promise<string> {
  const { CiphertextBlob } = await kernel.send(
    caller,
    new EncryptCommand({ KeyId, Plaintext: Buffer.from(value), EncryptionContext: { PARAMETER_ARN: arn } }),
  );
  return Buffer.from(CiphertextBlob ?? []).toString('base64');
}

/** @throws AwsError InvalidAllowedPatternException */
function allowedPattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `The pattern ${pattern} is no regular expression.`);
  }
}
