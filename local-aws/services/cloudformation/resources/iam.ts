/**
 * AWS::IAM::Role, Policy, ManagedPolicy.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
 */
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  ListPolicyVersionsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { ResourceContext, ResourceProvider, ResourceState } from '../provider.ts';
import { unlessGone } from './gone.ts';

const document = z.union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))]);
const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
const roleSchema = z.object({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: document,
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.coerce.number().optional(),
  Path: z.string().optional(),
  PermissionsBoundary: z.string().optional(),
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: document })).default([]),
  Tags: tags.default([]),
});
type RoleProperties = z.infer<typeof roleSchema>;

const NONE: RoleProperties = { AssumeRolePolicyDocument: '', ManagedPolicyArns: [], Policies: [], Tags: [] };

const role: ResourceProvider = {
  type: 'AWS::IAM::Role',
  properties: Object.keys(roleSchema.shape),
  createOnly: ['RoleName', 'Path'],
  attributes: ['Arn', 'RoleId'],
  create: async (properties, context) => {
    const wanted = roleSchema.parse(properties);
    const name = wanted.RoleName ?? context.name(64);
    await context.kernel.send(
      context.caller,
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: wanted.AssumeRolePolicyDocument,
        Description: wanted.Description,
        MaxSessionDuration: wanted.MaxSessionDuration,
        Path: wanted.Path,
        PermissionsBoundary: wanted.PermissionsBoundary,
        Tags: wanted.Tags.length === 0 ? undefined : wanted.Tags,
      }),
    );
    try {
      await changePolicies(name, wanted, NONE, context);
      return await roleState(name, context);
    } catch (error) {
      // What was half made has no physical id yet by which the stack could remove it.
      await deleteRole(name, wanted, context);
      throw error;
    }
  },
  update: async (name, properties, previous, context) => {
    const wanted = roleSchema.parse(properties);
    const before = roleSchema.parse(previous);
    await changeRole(name, wanted, before, context);
    await changePolicies(name, wanted, before, context);
    return roleState(name, context);
  },
  delete: (name, properties, context) => deleteRole(name, roleSchema.parse(properties), context),
};

async function roleState(name: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  const { Role: made } = await kernel.send(caller, new GetRoleCommand({ RoleName: name }));
  return { physicalId: name, attributes: { Arn: made?.Arn, RoleId: made?.RoleId } };
}

async function changeRole(
  RoleName: string,
  wanted: RoleProperties,
  before: RoleProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  if (wanted.AssumeRolePolicyDocument !== before.AssumeRolePolicyDocument)
    await kernel.send(
      caller,
      new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: wanted.AssumeRolePolicyDocument }),
    );
  const { Description = '', MaxSessionDuration = 3600, PermissionsBoundary } = wanted;
  if (wanted.Description !== before.Description || wanted.MaxSessionDuration !== before.MaxSessionDuration)
    await kernel.send(caller, new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration }));
  if (PermissionsBoundary === undefined && before.PermissionsBoundary !== undefined)
    await kernel.send(caller, new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  if (PermissionsBoundary !== undefined && PermissionsBoundary !== before.PermissionsBoundary)
    await kernel.send(caller, new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  const TagKeys = before.Tags.map(({ Key }) => Key).filter((key) => wanted.Tags.every(({ Key }) => Key !== key));
  if (TagKeys.length > 0) await kernel.send(caller, new UntagRoleCommand({ RoleName, TagKeys }));
  if (wanted.Tags.length > 0 && JSON.stringify(wanted.Tags) !== JSON.stringify(before.Tags))
    await kernel.send(caller, new TagRoleCommand({ RoleName, Tags: wanted.Tags }));
}

async function changePolicies(
  RoleName: string,
  wanted: RoleProperties,
  before: RoleProperties,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  for (const { PolicyName, PolicyDocument } of wanted.Policies) {
    const same = before.Policies.some((old) => old.PolicyName === PolicyName && old.PolicyDocument === PolicyDocument);
    if (!same) await kernel.send(caller, new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }
  for (const { PolicyName } of before.Policies.filter((old) =>
    wanted.Policies.every((one) => one.PolicyName !== old.PolicyName),
  ))
    await unlessGone(kernel.send(caller, new DeleteRolePolicyCommand({ RoleName, PolicyName })), 'NoSuchEntity');
  for (const PolicyArn of wanted.ManagedPolicyArns.filter((arn) => !before.ManagedPolicyArns.includes(arn)))
    await kernel.send(caller, new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const PolicyArn of before.ManagedPolicyArns.filter((arn) => !wanted.ManagedPolicyArns.includes(arn)))
    await unlessGone(kernel.send(caller, new DetachRolePolicyCommand({ RoleName, PolicyArn })), 'NoSuchEntity');
}

async function deleteRole(RoleName: string, properties: RoleProperties, context: ResourceContext): Promise<void> {
  await changePolicies(RoleName, NONE, properties, context);
  await unlessGone(context.kernel.send(context.caller, new DeleteRoleCommand({ RoleName })), 'NoSuchEntity');
}

const policySchema = z.object({
  PolicyName: z.string(),
  PolicyDocument: document,
  Roles: z.array(z.string()).default([]),
  Users: z.array(z.string()).default([]),
});
type PolicyProperties = z.infer<typeof policySchema>;

const policy: ResourceProvider = {
  type: 'AWS::IAM::Policy',
  properties: Object.keys(policySchema.shape),
  createOnly: [],
  attributes: ['Id'],
  create: async (properties, context) => {
    const name = context.name(128);
    await putInline(policySchema.parse(properties), context);
    return { physicalId: name, attributes: { Id: name } };
  },
  update: async (name, properties, previous, context) => {
    const wanted = policySchema.parse(properties);
    const before = policySchema.parse(previous);
    await putInline(wanted, context);
    await deleteInline(without(before, wanted), context);
    return { physicalId: name, attributes: { Id: name } };
  },
  delete: (_, properties, context) => deleteInline(policySchema.parse(properties), context),
};

function without(before: PolicyProperties, wanted: PolicyProperties): PolicyProperties {
  if (before.PolicyName !== wanted.PolicyName) return before;
  return {
    ...before,
    Roles: before.Roles.filter((name) => !wanted.Roles.includes(name)),
    Users: before.Users.filter((name) => !wanted.Users.includes(name)),
  };
}

async function putInline(properties: PolicyProperties, { kernel, caller }: ResourceContext): Promise<void> {
  const { PolicyName, PolicyDocument, Roles, Users } = properties;
  for (const RoleName of Roles)
    await kernel.send(caller, new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  for (const UserName of Users)
    await kernel.send(caller, new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
}

async function deleteInline(properties: PolicyProperties, { kernel, caller }: ResourceContext): Promise<void> {
  const { PolicyName, Roles, Users } = properties;
  for (const RoleName of Roles)
    await unlessGone(kernel.send(caller, new DeleteRolePolicyCommand({ RoleName, PolicyName })), 'NoSuchEntity');
  for (const UserName of Users)
    await unlessGone(kernel.send(caller, new DeleteUserPolicyCommand({ UserName, PolicyName })), 'NoSuchEntity');
}

const managedSchema = z.object({
  ManagedPolicyName: z.string().optional(),
  Description: z.string().optional(),
  Path: z.string().optional(),
  PolicyDocument: document,
  Roles: z.array(z.string()).default([]),
  Users: z.array(z.string()).default([]),
});
type ManagedProperties = z.infer<typeof managedSchema>;

const managedPolicy: ResourceProvider = {
  type: 'AWS::IAM::ManagedPolicy',
  properties: Object.keys(managedSchema.shape),
  createOnly: ['ManagedPolicyName', 'Description', 'Path'],
  attributes: ['PolicyArn', 'PolicyId', 'DefaultVersionId', 'AttachmentCount', 'IsAttachable', 'CreateDate'],
  create: async (properties, context) => {
    const wanted = managedSchema.parse(properties);
    const { Policy: made } = await context.kernel.send(
      context.caller,
      new CreatePolicyCommand({
        PolicyName: wanted.ManagedPolicyName ?? context.name(128),
        PolicyDocument: wanted.PolicyDocument,
        Description: wanted.Description,
        Path: wanted.Path,
      }),
    );
    const arn = made?.Arn ?? '';
    await attach(arn, wanted, context);
    return managedState(arn, context);
  },
  update: async (arn, properties, previous, context) => {
    const wanted = managedSchema.parse(properties);
    const before = managedSchema.parse(previous);
    if (wanted.PolicyDocument !== before.PolicyDocument) await renew(arn, wanted.PolicyDocument, context);
    await attach(arn, wanted, context);
    await detach(
      arn,
      {
        Roles: before.Roles.filter((name) => !wanted.Roles.includes(name)),
        Users: before.Users.filter((name) => !wanted.Users.includes(name)),
      },
      context,
    );
    return managedState(arn, context);
  },
  delete: async (arn, properties, context) => {
    await detach(arn, managedSchema.parse(properties), context);
    await unlessGone(deleteVersions(arn, context), 'NoSuchEntity');
    await unlessGone(context.kernel.send(context.caller, new DeletePolicyCommand({ PolicyArn: arn })), 'NoSuchEntity');
  },
};

async function managedState(PolicyArn: string, { kernel, caller }: ResourceContext): Promise<ResourceState> {
  const { Policy: made } = await kernel.send(caller, new GetPolicyCommand({ PolicyArn }));
  return {
    physicalId: PolicyArn,
    attributes: {
      PolicyArn,
      PolicyId: made?.PolicyId,
      DefaultVersionId: made?.DefaultVersionId,
      AttachmentCount: made?.AttachmentCount,
      IsAttachable: made?.IsAttachable,
      CreateDate: made?.CreateDate?.toISOString(),
    },
  };
}

/** A new default version; the old ones go, so that the limit of five is never met. */
async function renew(PolicyArn: string, PolicyDocument: string, context: ResourceContext): Promise<void> {
  await deleteVersions(PolicyArn, context);
  await context.kernel.send(
    context.caller,
    new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
  );
}

async function deleteVersions(PolicyArn: string, { kernel, caller }: ResourceContext): Promise<void> {
  const { Versions = [] } = await kernel.send(caller, new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId } of Versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true))
    await kernel.send(caller, new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
}

type Attachments = Pick<ManagedProperties, 'Roles' | 'Users'>;

async function attach(
  PolicyArn: string,
  { Roles, Users }: Attachments,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  for (const RoleName of Roles) await kernel.send(caller, new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const UserName of Users) await kernel.send(caller, new AttachUserPolicyCommand({ UserName, PolicyArn }));
}

async function detach(
  PolicyArn: string,
  { Roles, Users }: Attachments,
  { kernel, caller }: ResourceContext,
): Promise<void> {
  for (const RoleName of Roles)
    await unlessGone(kernel.send(caller, new DetachRolePolicyCommand({ RoleName, PolicyArn })), 'NoSuchEntity');
  for (const UserName of Users)
    await unlessGone(kernel.send(caller, new DetachUserPolicyCommand({ UserName, PolicyArn })), 'NoSuchEntity');
}

export const iamResources: ResourceProvider[] = [role, policy, managedPolicy];
