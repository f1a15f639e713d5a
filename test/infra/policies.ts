import * as z from 'zod';
import { resourcesOf, type Template } from './synthesized.ts';

const oneOrMore = z.union([z.unknown().array(), z.unknown().transform((value) => [value])]);
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.pipe(z.array(z.string())).default([]),
  NotAction: oneOrMore.pipe(z.array(z.string())).default([]),
  Resource: oneOrMore.default([]),
  Principal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const document = z.object({ Statement: z.array(statement) });
const role = z.object({
  RoleName: z.string(),
  AssumeRolePolicyDocument: document,
  Policies: z.array(z.object({ PolicyDocument: document })),
  ManagedPolicyArns: z.array(z.unknown()).default([]),
  PermissionsBoundary: z.unknown().optional(),
});
const managedPolicy = z.object({ ManagedPolicyName: z.string(), PolicyDocument: document });

export type Statement = z.infer<typeof statement>;
export interface RoleFacts {
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
}

/** Trust and own statements of every role of a template, by the role's name. */
export function rolesOf(template: Template): ReadonlyMap<string, RoleFacts> {
  return new Map(
    resourcesOf(template, 'AWS::IAM::Role').map(([, { Properties }]) => {
      const { RoleName, AssumeRolePolicyDocument, Policies } = role.parse(Properties);
      const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return [RoleName, { trust: AssumeRolePolicyDocument.Statement, statements }];
    }),
  );
}

/** Statements of every managed policy of a template, by the policy's name. */
export function managedPoliciesOf(template: Template): ReadonlyMap<string, readonly Statement[]> {
  return new Map(
    resourcesOf(template, 'AWS::IAM::ManagedPolicy').map(([, { Properties }]) => {
      const { ManagedPolicyName, PolicyDocument } = managedPolicy.parse(Properties);
      return [ManagedPolicyName, PolicyDocument.Statement];
    }),
  );
}

/** Every action that statements allow. */
export function allowedActions(statements: readonly Statement[]): string[] {
  return statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
}
