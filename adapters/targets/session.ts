import { createHash } from 'node:crypto';
import { AssumeRoleCommand, type AssumeRoleCommandOutput, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import { type ErrorPlace, TargetUnreachable } from '../../core/contract/errors.ts';
import { roleArn, targetRoleName } from '../../core/contract/names.ts';
import { type SessionScope, sessionPolicy } from '../../core/contract/session-policy.ts';
import type { Observability } from '../powertools/observability.ts';

/** What a session is for: one release of one service in one target of an environment, by the names of its plan. */
interface TargetAccess extends SessionScope {
  readonly release: string;
  readonly environment: string;
}

/** Opens a target: assumes the role and makes the clients, which live as long as the invocation. */
export type OpenTarget<Target> = (access: TargetAccess) => Promise<Target>;

/** Sessions of the role that a target keeps for the engine. */
export interface TargetSessions {
  /** Credentials, narrowed to the service's stack; the same ones for the rest of the invocation. */
  credentials(access: TargetAccess): Promise<AwsCredentialIdentity>;
  /** Drops them: called when an invocation starts. */
  forget(): void;
}

/**
 * @param role which of the target's roles
 * @param externalId the external id that the role's trust policy requires
 */
function createTargetSessions(client: STSClient, role: 'deploy' | 'verify', externalId: string): TargetSessions {
  const known = new Map<string, Promise<AwsCredentialIdentity>>();
  return {
    forget: () => known.clear(),
    credentials: (access) => {
      const { account, region, stackName, environment, release, purpose = 'work' } = access;
      const key = [account, region, stackName, environment, release, purpose].join(' ');
      const session = known.get(key) ?? assume(client, role, externalId, access);
      known.set(key, session);
      return session;
    },
  };
}

async function assume(
  client: STSClient,
  role: 'deploy' | 'verify',
  externalId: string,
  access: TargetAccess,
): Promise<AwsCredentialIdentity> {
  const { Credentials } = await send(
    client,
    access,
    new AssumeRoleCommand({
      RoleArn: roleArn(access.account, targetRoleName(role, access.region)),
      RoleSessionName: sessionName(access.release),
      SourceIdentity: sessionName(access.release),
      ExternalId: externalId,
      Policy: JSON.stringify(sessionPolicy(access)),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new TargetUnreachable('STS returned no credentials for the target.', placeOf(access));
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function send(
  client: STSClient,
  access: TargetAccess,
  command: AssumeRoleCommand,
): Promise<AssumeRoleCommandOutput> {
  try {
    return await client.send(command);
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new TargetUnreachable(`The target's role could not be assumed: ${reason}`, { ...placeOf(access), cause });
  }
}

function placeOf({ release, environment, account, region }: TargetAccess): ErrorPlace {
  return { release, environment, account, region };
}

/** Session names and source identities have at most 64 characters; a longer release id ends with its digest. */
export function sessionName(release: string): string {
  const plain = release.replace(/[^\w+=,.@-]/g, '-');
  if (plain.length <= 64) return plain;
  return `${plain.slice(0, 51)}-${createHash('sha256').update(release).digest('hex').slice(0, 12)}`;
}

/** Sessions taken from the engine's own account. */
export function openTargetSessions(
  observe: Observability,
  role: 'deploy' | 'verify',
  externalId: string,
): TargetSessions {
  return createTargetSessions(observe.client(new STSClient({})), role, externalId);
}
