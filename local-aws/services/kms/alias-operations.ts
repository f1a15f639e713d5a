import { CreateAliasCommand, DeleteAliasCommand, ListAliasesCommand, UpdateAliasCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { operation, type AnyOperation } from '../../kernel/service.ts';
import { onKey, type Keys } from './store.ts';

/** Aliases: names of keys that can be pointed elsewhere. */
export function aliasOperations(keys: Keys): AnyOperation[] {
  // An alias is authorised twice: on itself, and on the key it names.
  const both =
    (action: string) =>
    (input: { AliasName: string | undefined; TargetKeyId?: string | undefined }, { caller }: { caller: Caller }) => {
      const arn = keys.aliasArn(input.AliasName, caller);
      const target = input.TargetKeyId ?? keys.aliases.get(arn)?.keyArn;
      return [
        { action: `kms:${action}`, resource: arn },
        ...(target === undefined ? [] : [onKey(keys.get(target, caller), action)]),
      ];
    };
  return [
    operation({
      command: CreateAliasCommand,
      accepts: ['AliasName', 'TargetKeyId'],
      authorize: both('CreateAlias'),
      handle: async (input, { caller }) => {
        const name = input.AliasName ?? '';
        if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name) || name.startsWith('alias/aws/'))
          throw new AwsError('InvalidAliasNameException', `The alias name ${name} is invalid.`);
        const arn = keys.aliasArn(name, caller);
        if (keys.aliases.has(arn))
          throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
        const keyArn = keys.get(input.TargetKeyId, caller).arn;
        keys.aliases.set(arn, { name, keyArn, createdAt: keys.kernel.clock.date() });
        return {};
      },
    }),
    operation({
      command: UpdateAliasCommand,
      accepts: ['AliasName', 'TargetKeyId'],
      authorize: both('UpdateAlias'),
      handle: async (input, { caller }) => {
        const alias = keys.aliases.get(keys.aliasArn(input.AliasName, caller));
        if (alias === undefined)
          throw new AwsError('NotFoundException', `Alias ${input.AliasName ?? ''} is not found.`);
        alias.keyArn = keys.get(input.TargetKeyId, caller).arn;
        return {};
      },
    }),
    operation({
      command: DeleteAliasCommand,
      accepts: ['AliasName'],
      authorize: both('DeleteAlias'),
      handle: async (input, { caller }) => {
        if (!keys.aliases.delete(keys.aliasArn(input.AliasName, caller)))
          throw new AwsError('NotFoundException', `Alias ${input.AliasName ?? ''} is not found.`);
        return {};
      },
    }),
    operation({
      command: ListAliasesCommand,
      accepts: ['KeyId'],
      authorize: () => ({ action: 'kms:ListAliases', resource: '*' }),
      handle: async (input, { caller }) => {
        const prefix = keys.aliasArn('alias/', caller);
        const only = input.KeyId === undefined ? undefined : keys.get(input.KeyId, caller).arn;
        const own = [...keys.aliases].filter(
          ([arn, { keyArn }]) => arn.startsWith(prefix) && (only === undefined || only === keyArn),
        );
        return {
          Truncated: false,
          Aliases: own.map(([arn, { name, keyArn, createdAt }]) => ({
            AliasName: name,
            AliasArn: arn,
            TargetKeyId: keyArn.split('/')[1],
            CreationDate: createdAt,
          })),
        };
      },
    }),
  ];
}
