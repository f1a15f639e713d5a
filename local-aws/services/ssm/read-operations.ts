import { DecryptCommand } from '@aws-sdk/client-kms';
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  type Parameter,
} from '@aws-sdk/client-ssm';
import { NotImplemented } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { arnOf, AWS_KEY, onParameter, type Parameters, type Stored, type Version } from './store.ts';

/** GetParameter, GetParameters, GetParametersByPath, DescribeParameters. */
export function readOperations(parameters: Parameters): AnyOperation[] {
  return [
    operation({
      command: GetParameterCommand,
      accepts: ['Name', 'WithDecryption'],
      authorize: onParameter('GetParameter'),
      handle: async (input, { caller }) => ({
        Parameter: await show(parameters, parameters.get(input.Name, caller), caller, input.WithDecryption),
      }),
    }),
    operation({
      command: GetParametersCommand,
      accepts: ['Names', 'WithDecryption'],
      authorize: ({ Names = [] }, call) => Names.map((Name) => onParameter('GetParameters')({ Name }, call)),
      handle: async ({ Names = [], WithDecryption }, { caller }) => {
        const found = Names.flatMap((name) => parameters.find(name, caller) ?? []);
        return {
          Parameters: await Promise.all(found.map((each) => show(parameters, each, caller, WithDecryption))),
          InvalidParameters: Names.filter((name) => parameters.find(name, caller) === undefined),
        };
      },
    }),
    operation({
      command: GetParametersByPathCommand,
      accepts: ['Path', 'Recursive', 'WithDecryption', 'MaxResults', 'NextToken'],
      authorize: ({ Path }, { caller }) => ({
        action: 'ssm:GetParametersByPath',
        resource: arnOf((Path ?? '').replace(/\/$/, ''), caller),
      }),
      handle: async ({ Path = '', Recursive, WithDecryption, MaxResults = 10, NextToken }, { caller }) => {
        const prefix = Path.endsWith('/') ? Path : `${Path}/`;
        const all = [...parameters.of(caller).values()]
          .filter(({ name }) => name.startsWith(prefix))
          .filter(({ name }) => Recursive === true || !name.slice(prefix.length).includes('/'))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
        const from = Number(NextToken ?? 0);
        const page = all.slice(from, from + MaxResults).flatMap(({ name }) => parameters.find(name, caller) ?? []);
        return {
          Parameters: await Promise.all(page.map((each) => show(parameters, each, caller, WithDecryption))),
          ...(from + MaxResults < all.length ? { NextToken: String(from + MaxResults) } : {}),
        };
      },
    }),
    operation({
      command: DescribeParametersCommand,
      accepts: ['ParameterFilters', 'MaxResults', 'NextToken'],
      authorize: (_input, { caller }) => ({
        action: 'ssm:DescribeParameters',
        resource: `arn:aws:ssm:${caller.region}:${caller.account}:*`,
      }),
      handle: async ({ ParameterFilters = [], MaxResults = 50, NextToken }, { caller }) => {
        const all = [...parameters.of(caller).values()].filter(({ name }) =>
          ParameterFilters.every(({ Key, Option = 'Equals', Values = [] }) => {
            if (Key !== 'Name' || (Option !== 'Equals' && Option !== 'BeginsWith'))
              throw new NotImplemented(`the filter ${Key ?? ''} ${Option} of ssm:DescribeParameters`);
            return Values.some((value) => (Option === 'Equals' ? name === value : name.startsWith(value)));
          }),
        );
        const from = Number(NextToken ?? 0);
        return {
          Parameters: all.slice(from, from + MaxResults).flatMap(({ name, versions }) => {
            const last = versions.at(-1);
            if (last === undefined) return [];
            return {
              Name: name,
              ARN: arnOf(name, caller),
              Type: last.type,
              KeyId: last.keyId,
              Description: last.description,
              Version: last.number,
              LastModifiedDate: last.at,
              Tier: 'Standard' as const,
              DataType: last.dataType,
            };
          }),
          ...(from + MaxResults < all.length ? { NextToken: String(from + MaxResults) } : {}),
        };
      },
    }),
  ];
}

async function show(
  { kernel }: Parameters,
  { stored, version }: { stored: Stored; version: Version },
  caller: Caller,
  decrypted: boolean | undefined,
): Promise<Parameter> {
  const { name } = stored;
  return {
    Name: name,
    Type: version.type,
    Value: await valueOf(kernel, version, caller, arnOf(name, caller), decrypted === true),
    Version: version.number,
    LastModifiedDate: version.at,
    ARN: arnOf(name, caller),
    DataType: version.dataType,
  };
}

async function valueOf(
  kernel: Kernel,
  version: Version,
  caller: Caller,
  arn: string,
  decrypted: boolean,
): Promise<string> {
  if (version.type !== 'SecureString') return version.value;
  if (!decrypted) return Buffer.from(`kms:${version.keyId ?? ''}:${version.number}:${arn}`).toString('base64');
  if (version.keyId === AWS_KEY) return version.value;
  const { Plaintext } = await kernel.send(
    caller,
    new DecryptCommand({
      CiphertextBlob: Buffer.from(version.value, 'base64'),
      EncryptionContext: { PARAMETER_ARN: arn },
    }),
  );
  return Buffer.from(Plaintext ?? []).toString();
}
