import { randomBytes } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { AwsError } from '../../kernel/errors.ts';
import type { Credentials } from '../../kernel/ports.ts';
import type { Principal } from '../../kernel/principal.ts';
import { uniqueId, type AccessKey, type Directory, type User } from './directory.ts';

interface Identified {
  readonly credentials: Credentials;
  readonly principal: Principal;
}

/** Every access key that was given out: users' keys, and sessions with their ends. */
export class Sessions {
  private readonly sessions = new Map<string, Identified>();
  private readonly users = new Map<string, User>();

  constructor(
    private readonly clock: Clock,
    private readonly directory: Directory,
  ) {}

  /** Credentials that speak for a principal for a while. */
  issue(principal: Principal, seconds: number): Credentials {
    const credentials = {
      accessKeyId: uniqueId('ASIA'),
      secretAccessKey: secret(),
      sessionToken: randomBytes(180).toString('base64'),
      expiresAt: this.clock.now() + seconds * 1000,
    };
    this.sessions.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  }

  createAccessKey(user: User): AccessKey {
    const key = { id: uniqueId('AKIA'), secret: secret(), createdAt: this.clock.date() };
    user.accessKeys.set(key.id, key);
    this.users.set(key.id, user);
    return key;
  }

  deleteAccessKey(user: User, keyId: string): void {
    user.accessKeys.delete(keyId);
    this.users.delete(keyId);
  }

  /** @throws AwsError ExpiredToken */
  identify(accessKeyId: string): Identified | undefined {
    const session = this.sessions.get(accessKeyId);
    if (session === undefined) return this.identifyUser(accessKeyId);
    if ((session.credentials.expiresAt ?? Infinity) <= this.clock.now())
      throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403);
    return session;
  }

  private identifyUser(accessKeyId: string): Identified | undefined {
    const user = this.users.get(accessKeyId);
    const key = user?.accessKeys.get(accessKeyId);
    if (user === undefined || key === undefined || this.directory.user(user.arn) !== user) return undefined;
    return {
      credentials: { accessKeyId, secretAccessKey: key.secret },
      principal: { type: 'user', account: user.account, arn: user.arn, userName: user.name },
    };
  }
}

function secret(): string {
  return randomBytes(30).toString('base64');
}
