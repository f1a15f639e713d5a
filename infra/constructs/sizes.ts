import { CfnResource, type Stack } from 'aws-cdk-lib';
import * as z from 'zod';

/** A resource as it stands in a template, its tokens resolved. */
export interface SizedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Something that AWS takes up to a size. */
interface Measured {
  /** What it is and whose, as an operator would name it. */
  readonly what: string;
  readonly size: number;
  readonly limit: Limit;
}

interface Limit {
  readonly most: number;
  readonly unit: 'bytes' | 'characters' | 'policies' | 'resources';
  /** What somebody can do who has too much of it. */
  readonly fix: string;
}

const fewerEntries =
  'Let one entry of the policy stand for several services ("team-a-*"), or give them targets of their own.';
const fewerTargets = 'Give one engine fewer targets: split the policy over two engines, each with a bucket of its own.';

/**
 * What AWS takes, by default quotas: whoever has had one raised has room to spare, and nobody finds out at deployment.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const limits = {
  template: { most: 1_000_000, unit: 'bytes', fix: fewerEntries },
  resources: { most: 500, unit: 'resources', fix: fewerEntries },
  trust: { most: 2_048, unit: 'characters', fix: 'Trust fewer roles, by an account or a pattern of their names.' },
  inline: { most: 10_240, unit: 'characters', fix: `${fewerTargets} A grant can move into a managed policy.` },
  managed: { most: 6_144, unit: 'characters', fix: 'Split the policy in two and attach both.' },
  // A role has one boundary.
  scope: {
    most: 6_144,
    unit: 'characters',
    fix: 'Give the entry fewer or shorter "names", one that covers the stacks as well ("orders-*"), or its environments targets of their own.',
  },
  attached: { most: 10, unit: 'policies', fix: fewerTargets },
  pattern: { most: 2_048, unit: 'characters', fix: 'Split the rule in two, each with a part of what it matches.' },
  // Plain text. What STS packs it into has a limit of its own, which it does not tell.
  bus: { most: 10_240, unit: 'bytes', fix: fewerTargets },
  bucket: {
    most: 20_480,
    unit: 'bytes',
    fix: 'Name fewer principals in the policy, or roles that several services share.',
  },
} as const satisfies Record<string, Limit>;

/** Refuses at synthesis what AWS would refuse at deployment for its size. */
export function checkSizes(stack: Stack): void {
  stack.node.addValidation({ validate: () => tooLarge(resourcesOf(stack)) });
}

/** A sentence for each thing that is larger than AWS takes: what, how large, the limit, what to do. */
export function tooLarge(resources: readonly SizedResource[]): string[] {
  return refusals([...measureTemplate(resources), ...resources.flatMap(measure), ...measureBuses(resources)]);
}

function measureTemplate(resources: readonly SizedResource[]): Measured[] {
  return [
    { what: 'The template', size: templateBytes(resources), limit: limits.template },
    { what: 'The template', size: resources.length, limit: limits.resources },
  ];
}

/** As the CDK writes it, with line breaks; references are longer there than here, and a resource has a few words besides. */
function templateBytes(resources: readonly SizedResource[]): number {
  return Buffer.byteLength(JSON.stringify(resources, undefined, 1));
}

function refusals(measured: readonly Measured[]): string[] {
  return measured
    .filter(({ size, limit }) => size > limit.most)
    .map(({ what, size, limit: { most, unit, fix } }) => `${what} has ${size} ${unit}, and AWS takes ${most}. ${fix}`);
}

const role = z.object({
  RoleName: z.unknown(),
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
  ManagedPolicyArns: z.array(z.unknown()).default([]),
});
const managedPolicy = z.object({ ManagedPolicyName: z.unknown(), PolicyDocument: z.unknown() });
const rule = z.object({ Description: z.unknown(), EventPattern: z.unknown() });
const bucketPolicy = z.object({ PolicyDocument: z.unknown() });
const busPolicy = z.object({
  EventBusName: z.unknown(),
  StatementId: z.unknown(),
  Statement: z.record(z.string(), z.unknown()),
});

function measure({ id, type, properties }: SizedResource): Measured[] {
  switch (type) {
    case 'AWS::IAM::Role': {
      const { RoleName, AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = role.parse(properties);
      const name = nameOf(RoleName, id);
      const own = Policies.reduce((sum, { PolicyDocument }) => sum + characters(PolicyDocument), 0);
      return [
        { what: `The trust policy of ${name}`, size: characters(AssumeRolePolicyDocument), limit: limits.trust },
        { what: `What ${name} may do by its own policies`, size: own, limit: limits.inline },
        { what: `The list attached to ${name}`, size: ManagedPolicyArns.length, limit: limits.attached },
      ];
    }
    case 'AWS::IAM::ManagedPolicy': {
      const { ManagedPolicyName, PolicyDocument } = managedPolicy.parse(properties);
      const name = nameOf(ManagedPolicyName, id);
      const limit = name.startsWith('sluice-target-scope-') ? limits.scope : limits.managed;
      return [{ what: `The managed policy ${name}`, size: characters(PolicyDocument), limit }];
    }
    case 'AWS::Events::Rule': {
      const { Description, EventPattern } = rule.parse(properties);
      if (EventPattern === undefined) return [];
      const what = `The pattern of the rule "${nameOf(Description, id)}"`;
      return [{ what, size: textOf(EventPattern).length, limit: limits.pattern }];
    }
    case 'AWS::S3::BucketPolicy': {
      const size = bytes(bucketPolicy.parse(properties).PolicyDocument);
      return [{ what: `The bucket policy ${id}`, size, limit: limits.bucket }];
    }
    default:
      return [];
  }
}

/** A bus has one policy, of which each `EventBusPolicy` adds a statement. */
function measureBuses(resources: readonly SizedResource[]): Measured[] {
  const buses = new Map<string, object[]>();
  for (const { type, properties } of resources) {
    if (type !== 'AWS::Events::EventBusPolicy') continue;
    const { EventBusName, StatementId, Statement } = busPolicy.parse(properties);
    const bus = JSON.stringify(EventBusName ?? 'default');
    buses.set(bus, [...(buses.get(bus) ?? []), { Sid: StatementId, ...Statement }]);
  }
  return [...buses].map(([bus, statements]) => ({
    what: `The policy of the event bus ${bus}`,
    size: bytes({ Version: '2012-10-17', Statement: statements }),
    limit: limits.bus,
  }));
}

function nameOf(name: unknown, id: string): string {
  return typeof name === 'string' ? name : id;
}

/** IAM does not count white space. */
function characters(document: unknown): number {
  return textOf(document).replace(/\s/g, '').length;
}

function bytes(document: unknown): number {
  return Buffer.byteLength(textOf(document));
}

/** What is known at deployment alone, an ARN most often, counts as long as a long one. */
const unknownUntilDeployed = 'x'.repeat(128);

/** A document as AWS gets it, more or less: what the template refers to stands in it. */
function textOf(document: unknown): string {
  return JSON.stringify(document, (_, value: unknown) => {
    const [[key, argument] = [], ...more] = isRecord(value) ? Object.entries(value) : [];
    if (key === undefined || more.length > 0 || !/^(Ref|Fn::\w+)$/.test(key)) return value;
    return key === 'Fn::Join' ? joined(argument) : unknownUntilDeployed;
  });
}

const join = z.tuple([z.string(), z.array(z.unknown())]);

function joined(argument: unknown): string {
  const [separator, parts] = join.parse(argument);
  return parts.map((part) => (typeof part === 'string' ? part : unknownUntilDeployed)).join(separator);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const fragment = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

function resourcesOf(stack: Stack): SizedResource[] {
  return stack.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .flatMap((resource) => Object.entries(fragment.parse(stack.resolve(resource._toCloudFormation())).Resources))
    .map(([id, { Type, Properties }]) => ({ id, type: Type, properties: Properties }));
}
