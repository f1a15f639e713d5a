import type { Clock } from '../../kernel/clock.ts';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Credentials, IdentityPort } from '../../kernel/ports.ts';
import { serviceCaller, type Caller } from '../../kernel/principal.ts';
import type { Authorization, Service } from '../../kernel/service.ts';
import { decide, questionOf, refuse } from './authorization.ts';
import { uniqueId, type Directory, type Role } from './directory.ts';
import { parsePolicyDocument } from './policy-document.ts';
import type { Sessions } from './sessions.ts';
import { soleGrounds } from './sole-grounds.ts';

/** What the other services of the local AWS ask of IAM and STS. */
export function createIdentityPort(kernel: Kernel, directory: Directory, sessions: Sessions): IdentityPort {
  const { clock } = kernel;
  const administrators = new Map<string, Credentials>();
  const authorize: IdentityPort['authorize'] = (caller, asks) => {
    for (const ask of asks) {
      const question = questionOf(directory, caller, withTags(ask, kernel.installed), clock.now());
      const decision = decide(question);
      const { allowed } = decision;
      kernel.observe({ kind: 'decision', caller, ask, allowed, soleGrounds: () => soleGrounds(question) });
      refuse(caller, ask, decision);
    }
  };
  return {
    identify: (accessKeyId) => sessions.identify(accessKeyId),
    authorize,
    issue: (principal, seconds) => sessions.issue(principal, seconds),
    parsePolicy: (text) => parsePolicyDocument(text),
    administrator: (account) => {
      const made = administrators.get(account) ?? createAdministrator(clock, directory, sessions, account);
      administrators.set(account, made);
      return made;
    },
    assumeForService: (request) => {
      const role = directory.role(request.roleArn);
      const account = request.sourceArn?.split(':')[4];
      const service = serviceCaller(
        request.service,
        account === undefined || account === '' ? (role?.account ?? '') : account,
        request.region,
        request.sourceArn,
      );
      if (role === undefined)
        throw new AwsError(
          'AccessDenied',
          `User: ${request.service} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`,
          403,
        );
      authorize(service, [{ action: 'sts:AssumeRole', resource: role.arn, resourcePolicy: role.trust.document }]);
      return sessionCaller(role, request);
    },
  };
}

/** Adds the tags of the resource, of which its service knows. */
function withTags(ask: Authorization, services: readonly Service[]): Authorization {
  for (const service of services) {
    const tags = service.tagsOf?.(ask.resource);
    if (tags === undefined) continue;
    const keys = [...tags].map(([key, value]): [string, string] => [`aws:ResourceTag/${key}`, value]);
    return { ...ask, context: { ...ask.context, ...Object.fromEntries(keys) } };
  }
  return ask;
}

function sessionCaller(
  role: Role,
  request: { readonly region: string; readonly sessionName: string; readonly executionEnvironment?: string },
): Caller {
  const { executionEnvironment } = request;
  return {
    account: role.account,
    region: request.region,
    principal: {
      type: 'assumedRole',
      account: role.account,
      arn: sessionArn(role, request.sessionName),
      roleArn: role.arn,
      roleName: role.name,
      sessionName: request.sessionName,
      userId: `${role.id}:${request.sessionName}`,
      sessionPolicies: [],
      sessionTags: {},
      transitiveTagKeys: [],
      ...(executionEnvironment === undefined ? {} : { executionEnvironment }),
    },
  };
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`; a role's path is not in it. */
export function sessionArn(role: Role, sessionName: string): string {
  return `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`;
}

function createAdministrator(clock: Clock, directory: Directory, sessions: Sessions, account: string): Credentials {
  const name = 'administrator';
  const user = {
    name,
    path: '/',
    id: uniqueId('AIDA'),
    arn: `arn:aws:iam::${account}:user/${name}`,
    account,
    createdAt: clock.date(),
    inline: new Map(),
    attached: new Set(['arn:aws:iam::aws:policy/AdministratorAccess']),
    tags: new Map(),
    accessKeys: new Map(),
  };
  directory.account(account).users.set(name, user);
  const key = sessions.createAccessKey(user);
  return { accessKeyId: key.id, secretAccessKey: key.secret };
}
