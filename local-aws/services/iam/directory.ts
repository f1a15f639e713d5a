import { randomBytes } from 'node:crypto';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { PolicyDocument } from '../../kernel/principal.ts';
import { AWS_MANAGED_POLICIES } from './managed-policies.ts';
import { parsePolicyDocument } from './policy-document.ts';

/** A policy as it was written, and as it was read. */
export interface Policy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** A role or a user: what they have in common. */
export interface Identity {
  readonly name: string;
  readonly path: string;
  /** `AROA…` or `AIDA…`. */
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly createdAt: Date;
  readonly inline: Map<string, Policy>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  readonly tags: Map<string, string>;
  /** ARN of the managed policy that bounds the identity's permissions. */
  boundary?: string | undefined;
}

export interface Role extends Identity {
  trust: Policy;
  description?: string | undefined;
  /** Seconds. */
  maxSessionDuration: number;
}

export interface User extends Identity {
  readonly accessKeys: Map<string, AccessKey>;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly createdAt: Date;
}

interface PolicyVersion {
  readonly id: string;
  readonly policy: Policy;
  readonly createdAt: Date;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  /** `ANPA…` */
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly description?: string | undefined;
  readonly tags: Map<string, string>;
  readonly versions: Map<string, PolicyVersion>;
  defaultVersion: string;
  /** Versions made so far; their numbers are never used again. */
  made: number;
}

interface Account {
  readonly roles: Map<string, Role>;
  readonly users: Map<string, User>;
  readonly policies: Map<string, ManagedPolicy>;
}

/** Every account's roles, users and managed policies. */
export class Directory {
  private readonly accounts = new Map<string, Account>();
  private readonly builtIn = new Map<string, ManagedPolicy>();

  account(id: string): Account {
    let account = this.accounts.get(id);
    if (account === undefined) {
      account = { roles: new Map(), users: new Map(), policies: new Map() };
      this.accounts.set(id, account);
    }
    return account;
  }

  /** The role or user of that ARN. */
  identity(arn: string): Role | User | undefined {
    return this.role(arn) ?? this.user(arn);
  }

  role(arn: string): Role | undefined {
    const { account, kind, name } = parseArn(arn);
    const role = kind === 'role' ? this.account(account).roles.get(name) : undefined;
    return role?.arn === arn ? role : undefined;
  }

  user(arn: string): User | undefined {
    const { account, kind, name } = parseArn(arn);
    const user = kind === 'user' ? this.account(account).users.get(name) : undefined;
    return user?.arn === arn ? user : undefined;
  }

  /** @throws NotImplemented for a policy of AWS's that is not built in; AwsError NoSuchEntity */
  managedPolicy(arn: string): ManagedPolicy {
    if (arn.startsWith('arn:aws:iam::aws:policy/')) return this.awsManagedPolicy(arn);
    const policy = this.account(parseArn(arn).account).policies.get(arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  /** The document in force of a managed policy. */
  documentOf(arn: string): PolicyDocument {
    return defaultVersionOf(this.managedPolicy(arn)).policy.document;
  }

  /** Everything an identity is granted, boundary aside. */
  policiesOf(identity: Identity): PolicyDocument[] {
    return [
      ...[...identity.inline.values()].map(({ document }) => document),
      ...[...identity.attached].map((arn) => this.documentOf(arn)),
    ];
  }

  /** How many roles and users a managed policy is attached to, and how many it bounds. */
  usesOf(policyArn: string): { readonly attached: number; readonly bounding: number } {
    const identities = this.identities();
    return {
      attached: identities.filter(({ attached }) => attached.has(policyArn)).length,
      bounding: identities.filter(({ boundary }) => boundary === policyArn).length,
    };
  }

  roles(): Role[] {
    return [...this.accounts.values()].flatMap(({ roles }) => [...roles.values()]);
  }

  private identities(): Identity[] {
    const users = [...this.accounts.values()].flatMap((account) => [...account.users.values()]);
    return [...this.roles(), ...users];
  }

  private awsManagedPolicy(arn: string): ManagedPolicy {
    const known = this.builtIn.get(arn);
    if (known !== undefined) return known;
    const document = AWS_MANAGED_POLICIES[arn];
    if (document === undefined) throw new NotImplemented(`the AWS managed policy ${arn}`);
    const createdAt = new Date('2015-02-06T18:39:46Z');
    const made: ManagedPolicy = {
      name: arn.slice(arn.lastIndexOf('/') + 1),
      path: arn.slice('arn:aws:iam::aws:policy'.length, arn.lastIndexOf('/') + 1),
      id: uniqueId('ANPA'),
      arn,
      createdAt,
      tags: new Map(),
      versions: new Map([['v1', { id: 'v1', policy: readPolicy(JSON.stringify(document)), createdAt }]]),
      defaultVersion: 'v1',
      made: 1,
    };
    this.builtIn.set(arn, made);
    return made;
  }
}

/** An identity policy as IAM stores it. @throws AwsError MalformedPolicyDocument */
export function readPolicy(text: string): Policy {
  return { text, document: parsePolicyDocument(text, 'identity') };
}

function defaultVersionOf(policy: ManagedPolicy): PolicyVersion {
  const version = policy.versions.get(policy.defaultVersion);
  if (version === undefined) throw new Error(`The policy ${policy.arn} has lost its default version.`);
  return version;
}

/** The account, kind (`role`, `user`, `policy`) and name of an IAM ARN. */
export function parseArn(arn: string): { readonly account: string; readonly kind: string; readonly name: string } {
  const [, account = '', kind = '', name = ''] = /^arn:aws:iam::(\d{12}):([a-z-]+)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return { account, kind, name };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An id as IAM makes them: a prefix for its kind and sixteen or seventeen capitals and digits. */
export function uniqueId(prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AKIA' | 'ASIA'): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17;
  return prefix + [...randomBytes(length)].map((byte) => LETTERS[byte % 32]).join('');
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404);
}
