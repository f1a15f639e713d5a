import type { ParameterType } from '@aws-sdk/client-ssm';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';

export interface Version {
  readonly number: number;
  readonly type: ParameterType;
  /** In base64 and encrypted where `keyId` is a customer's key. */
  readonly value: string;
  readonly keyId: string | undefined;
  readonly description: string | undefined;
  readonly dataType: string;
  readonly at: Date;
}

export interface Stored {
  readonly name: string;
  readonly versions: Version[];
  readonly tags: Map<string, string>;
}

/** AWS's own key: everybody in the account may use it through Parameter Store. */
export const AWS_KEY = 'alias/aws/ssm';

/** All parameters, by account and region. */
export class Parameters {
  private readonly realms = new Map<string, Map<string, Stored>>();

  constructor(readonly kernel: Kernel) {}

  of({ account, region }: Caller): Map<string, Stored> {
    const key = `${account} ${region}`;
    const realm = this.realms.get(key) ?? new Map<string, Stored>();
    this.realms.set(key, realm);
    return realm;
  }

  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [, region = '', account = '', name = ''] = /^arn:aws:ssm:([^:]*):(\d*):parameter\/(.+)$/.exec(arn) ?? [];
    const realm = this.realms.get(`${account} ${region}`);
    return (realm?.get(`/${name}`) ?? realm?.get(name))?.tags;
  }

  /** `name`, `name:version` or an ARN. */
  find(selector: string | undefined, caller: Caller): { stored: Stored; version: Version } | undefined {
    const name = (selector ?? '').replace(/^arn:aws:ssm:[^:]*:\d{12}:parameter/, '');
    const [, plain = name, number] = /^(.*?):(\d+)$/.exec(name) ?? [];
    const stored = this.of(caller).get(plain) ?? this.of(caller).get(plain.replace(/^\//, ''));
    const version =
      number === undefined
        ? stored?.versions.at(-1)
        : stored?.versions.find((candidate) => candidate.number === Number(number));
    if (stored !== undefined && version === undefined)
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${number ?? ''} of ${plain}.`,
      );
    return stored === undefined || version === undefined ? undefined : { stored, version };
  }

  /** @throws AwsError ParameterNotFound */
  get(selector: string | undefined, caller: Caller): { stored: Stored; version: Version } {
    const found = this.find(selector, caller);
    if (found === undefined) throw new AwsError('ParameterNotFound', `Parameter ${selector ?? ''} not found.`);
    return found;
  }
}

export function arnOf(name: string | undefined, { account, region }: Caller): string {
  if (name?.startsWith('arn:') === true) return name;
  // AWS's own parameters are in no account.
  if (name?.startsWith('/aws/service/') === true) return `arn:aws:ssm:${region}::parameter${name.replace(/:\d+$/, '')}`;
  return `arn:aws:ssm:${region}:${account}:parameter/${(name ?? '').replace(/^\//, '').replace(/:\d+$/, '')}`;
}

/** An authorize function for operations whose input names a parameter. */
export function onParameter(action: string) {
  return (input: { Name?: string | undefined }, { caller }: { caller: Caller }) => ({
    action: `ssm:${action}`,
    resource: arnOf(input.Name, caller),
  });
}
