import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';

export interface Version {
  readonly id: string;
  readonly text: string | undefined;
  readonly bytes: Uint8Array | undefined;
  readonly createdAt: Date;
  stages: string[];
  /** What KMS made of the data key; undefined under AWS's own key. */
  dataKey?: Uint8Array | undefined;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  changedAt: Date;
  description: string | undefined;
  /** As it was given; undefined for AWS's own key. */
  keyId: string | undefined;
  deletionDate: Date | undefined;
  versions: Version[];
  readonly tags: Map<string, string>;
}

/** All secrets, by ARN. */
export class Secrets {
  private readonly secrets = new Map<string, Secret>();

  constructor(readonly kernel: Kernel) {}

  add(secret: Secret): void {
    this.secrets.set(secret.arn, secret);
  }

  remove(secret: Secret): void {
    this.secrets.delete(secret.arn);
  }

  byArn(arn: string): Secret | undefined {
    return this.secrets.get(arn);
  }

  of({ account, region }: Caller): Secret[] {
    const prefix = `arn:aws:secretsmanager:${region}:${account}:secret:`;
    const now = this.kernel.clock.now();
    return [...this.secrets.values()].filter(
      ({ arn, deletionDate }) => arn.startsWith(prefix) && (deletionDate?.getTime() ?? Infinity) > now,
    );
  }

  /** By name, ARN, or ARN without its random end. */
  find(id: string | undefined, caller: Caller): Secret | undefined {
    return this.of(caller).find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(id: string | undefined, caller: Caller): Secret {
    const secret = this.find(id, caller);
    if (secret === undefined)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  /** @throws AwsError InvalidRequestException for one that is marked for deletion */
  live(id: string | undefined, caller: Caller): Secret {
    const secret = this.get(id, caller);
    if (secret.deletionDate !== undefined)
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  }
}

export function onSecret(secrets: Secrets, action: string) {
  return (input: { SecretId: string | undefined }, { caller }: { caller: Caller }) => ({
    action: `secretsmanager:${action}`,
    resource:
      secrets.find(input.SecretId, caller)?.arn ??
      `arn:aws:secretsmanager:${caller.region}:${caller.account}:secret:${input.SecretId ?? ''}`,
  });
}

export interface Value {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

/** Adds a version. The same token with the same value is the same version. @throws AwsError ResourceExistsException */
export function addVersion(kernel: Kernel, secret: Secret, value: Value, stages = ['AWSCURRENT']): Version {
  const id = value.ClientRequestToken ?? randomUUID();
  const known = secret.versions.find((version) => version.id === id);
  if (known !== undefined) {
    const same =
      known.text === value.SecretString && Buffer.from(known.bytes ?? []).equals(Buffer.from(value.SecretBinary ?? []));
    if (same) return known;
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use.`,
    );
  }
  const version: Version = {
    id,
    text: value.SecretString,
    bytes: value.SecretBinary,
    createdAt: kernel.clock.date(),
    stages: [],
  };
  for (const stage of stages) moveStage(secret, version, stage);
  secret.versions = [version, ...secret.versions].filter(({ stages: left }) => left.length > 0);
  secret.changedAt = kernel.clock.date();
  return version;
}

function moveStage(secret: Secret, to: Version, stage: string): void {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from !== undefined) {
    from.stages = from.stages.filter((each) => each !== stage);
    if (stage === 'AWSCURRENT') moveStage(secret, from, 'AWSPREVIOUS');
  }
  to.stages.push(stage);
}
