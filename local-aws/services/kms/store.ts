import type { KeyObject } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller, PolicyDocument } from '../../kernel/principal.ts';
import type { Authorization } from '../../kernel/service.ts';

export type KeySpec = 'SYMMETRIC_DEFAULT' | 'ECC_NIST_P256' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096';

export type Material =
  | { readonly kind: 'symmetric'; readonly secret: Buffer }
  | { readonly kind: 'pair'; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly spec: KeySpec;
  readonly usage: 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT';
  readonly material: Material;
  readonly createdAt: Date;
  description: string;
  enabled: boolean;
  /** When the key goes away; it is unusable from the moment this is set. */
  deletionDate: Date | undefined;
  rotation: { enabled: boolean; days: number };
  policyText: string;
  policy: PolicyDocument;
  readonly tags: Map<string, string>;
}

/** All keys and aliases. Aliases are kept by their ARN. */
export class Keys {
  private readonly keys = new Map<string, Key>();
  readonly aliases = new Map<string, { readonly name: string; keyArn: string; readonly createdAt: Date }>();

  constructor(readonly kernel: Kernel) {}

  add(key: Key): void {
    this.keys.set(key.arn, key);
  }

  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    return this.keys.get(arn)?.tags;
  }

  of({ account, region }: Caller): Key[] {
    const prefix = `arn:aws:kms:${region}:${account}:`;
    return [...this.keys.values()].filter((key) => key.arn.startsWith(prefix) && !this.isGone(key));
  }

  aliasArn(name: string | undefined, { account, region }: Caller): string {
    return name?.startsWith('arn:') === true ? name : `arn:aws:kms:${region}:${account}:${name ?? ''}`;
  }

  /** A key by its id, its ARN, an alias or an alias's ARN. @throws AwsError NotFoundException */
  get(id: string | undefined, caller: Caller): Key {
    const name = id ?? '';
    const arn = name.startsWith('arn:')
      ? name
      : `arn:aws:kms:${caller.region}:${caller.account}:${name.startsWith('alias/') ? name : `key/${name}`}`;
    const isAlias = arn.includes(':alias/');
    const key = this.keys.get(isAlias ? (this.aliases.get(arn)?.keyArn ?? '') : arn);
    if (key === undefined || this.isGone(key))
      throw new AwsError('NotFoundException', isAlias ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`);
    return key;
  }

  /** The key, when it can be used. @throws AwsError DisabledException, KMSInvalidStateException */
  usable(id: string | undefined, caller: Caller): Key {
    const key = this.get(id, caller);
    if (key.deletionDate !== undefined)
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    if (!key.enabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    return key;
  }

  private isGone({ deletionDate }: Key): boolean {
    return deletionDate !== undefined && deletionDate.getTime() <= this.kernel.clock.now();
  }
}

/** An action on a key, judged by the key's policy first of all. */
export function onKey(key: Key, action: string, context: Record<string, string> = {}): Authorization {
  return {
    action: `kms:${action}`,
    resource: key.arn,
    resourcePolicy: key.policy,
    resourceAccount: key.account,
    context,
  };
}

/** An authorize function for operations whose input names a key. */
export function keyAction(keys: Keys, action: string) {
  return (input: { KeyId?: string | undefined }, { caller }: { caller: Caller }): Authorization =>
    onKey(
      keys.get(input.KeyId, caller),
      action,
      input.KeyId?.startsWith('alias/') === true ? { 'kms:RequestAlias': input.KeyId } : {},
    );
}
