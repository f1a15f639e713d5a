/** A kind of resource that CloudFormation may make for a service, and what it has to be allowed for that. */
export interface ResourceKind {
  /** As the docs name it: "Lambda functions". */
  readonly title: string;
  /** Resource types; one that ends in `*` stands for all that begin so. None where the kind is an option of another kind's types. */
  readonly types: readonly string[];
  /** What somebody who writes a template has to know. */
  readonly note?: string;
  readonly grants: readonly Grant[];
}

/** One statement that allows something. */
export interface Grant {
  /** Full names, without wildcards. */
  readonly actions: readonly string[];
  /**
   * ARN patterns, or `*`. `{region}`, `{account}` and `{boundary}` (an ARN) are the target's; `{name}` is each name or pattern that a
   * service's resources may have.
   */
  readonly resources: readonly string[];
  /** Operator → key → values, with the same placeholders. */
  readonly conditions?: Conditions;
  /** Why a resource has a wildcard, or is not narrowed to names. */
  readonly because: string;
}

/** Condition block of a statement. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Why the resources of services are named by patterns. */
export const namedBecause =
  'The policy says how stacks of services are called, CloudFormation names what is in them after the stack.';

/**
 * A name that CloudFormation makes up without the stack's: logical id and twelve random characters.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
 */
export const madeUp = '*-????????????';

/** Full names of a service's actions, written with spaces between them. */
export function actionsOf(service: string, names: string): string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);
}

/** ARNs of a service in the target, by what follows its account. */
export function arnsOf(service: string, ...paths: readonly string[]): string[] {
  return paths.map((path) => `arn:aws:${service}:{region}:{account}:${path}`);
}

/** Log groups: those that services of AWS write to are called after what writes (`/aws/lambda/`, `/aws/vendedlogs/states/`). */
export const logGroups = ['', '/aws/*/'].flatMap((before) =>
  arnsOf('logs', `log-group:${before}{name}`, `log-group:${before}{name}:*`),
);

/** A grant on resources with the names of services. */
export function onNamed(actions: readonly string[], resources: readonly string[]): Grant {
  return { actions, resources, because: namedBecause };
}

/**
 * Roles that AWS services make for themselves, one an account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
export function serviceLinkedRoles(...services: readonly string[]): Grant {
  return {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: ['arn:aws:iam::{account}:role/aws-service-role/*'],
    conditions: { StringEquals: { 'iam:AWSServiceName': services } },
    because: 'Only AWS can take on these roles and says what they may do; the condition names whose they are.',
  };
}
