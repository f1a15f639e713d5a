import { resourceProblem, templateProblem } from '../model/errors.ts';
import { choose, ifArguments, IF_ARGUMENTS, isIf, isIntrinsic, isNoValue } from '../model/intrinsics.ts';
import type { Made } from '../model/resource.ts';
import { asList, isEqual, isFilled, isMap, isText, type Fields } from '../model/values.ts';
import { policiesOrNone } from './documents.ts';
import { managedPolicyArn } from './managed-policies.ts';
import { fillPolicyTemplate, isPolicyTemplate } from './policy-template.ts';

type Kind = 'managed' | 'statement' | 'template' | 'unknown';

/** What makes the role of a function or a state machine. */
export interface RoleRequest {
  /** The SAM resource whose role it is. */
  readonly id: string;
  readonly partition: string;
  readonly attributes: Fields;
  readonly trust: unknown;
  readonly policies: unknown;
  /** ARNs of managed policies that it has in any case. */
  readonly managed: readonly string[];
  readonly inline: readonly Fields[];
  readonly path: unknown;
  readonly boundary: unknown;
  readonly tags: readonly Fields[];
}

/** The role of a function or a state machine by its `Policies`: names, ARNs, statements and policy templates. @throws Problem */
export function makeRole(request: RoleRequest): Made {
  const id = `${request.id}Role`;
  const managed: unknown[] = [...request.managed];
  const inline: unknown[] = [...request.inline];
  for (const [index, policy] of listed(request.policies).entries()) {
    const kind = kindOf(policy);
    if (kind === 'unknown')
      throw resourceProblem(request.id, `Policy at index ${index} in the 'Policies' property is not valid`);
    if (kind === 'managed') {
      const arn = mapIf(policy, (one) => (isText(one) ? managedPolicyArn(request.partition, one) : one));
      if (!managed.some((other) => isEqual(other, arn))) managed.push(arn);
      continue;
    }
    const document = (one: unknown) => (kind === 'template' && isMap(one) ? fillPolicyTemplate(request.id, one) : one);
    inline.push(mapIf(policy, (one) => ({ PolicyName: `${id}Policy${index}`, PolicyDocument: document(one) })));
  }
  return {
    id,
    type: 'AWS::IAM::Role',
    attributes: request.attributes,
    properties: {
      AssumeRolePolicyDocument: request.trust,
      ManagedPolicyArns: managed,
      Policies: policiesOrNone(inline),
      Path: request.path,
      PermissionsBoundary: request.boundary,
      Tags: request.tags,
    },
  };
}

function listed(policies: unknown): readonly unknown[] {
  return isFilled(policies) ? asList(policies) : [];
}

/** Changes a value, or what stands in both branches of an `Fn::If` and is there at all. */
function mapIf(value: unknown, change: (value: unknown) => unknown): unknown {
  const items = isIf(value) ? ifArguments(value) : undefined;
  if (items === undefined) return change(value);
  const [condition, ...branches] = items;
  const [whenTrue, whenFalse] = branches.map((branch) => (isNoValue(branch) ? branch : change(branch)));
  return choose(condition, whenTrue, whenFalse);
}

function kindOf(policy: unknown): Kind {
  if (isText(policy)) return 'managed';
  if (isIf(policy)) return kindOfIf(policy);
  if (isIntrinsic(policy)) return 'managed';
  if (isMap(policy) && 'Statement' in policy) return 'statement';
  return isPolicyTemplate(policy) ? 'template' : 'unknown';
}

function kindOfIf(policy: Fields): Kind {
  const items = ifArguments(policy);
  if (items === undefined) throw templateProblem(IF_ARGUMENTS);
  const [, whenTrue, whenFalse] = items;
  const [one, other] = [kindOf(whenTrue), kindOf(whenFalse)];
  if (one === other || isNoValue(whenFalse)) return one;
  if (isNoValue(whenTrue)) return other;
  throw templateProblem(
    'Different policy types within the same Fn::If statement is unsupported. Separate different policy types into different Fn::If statements',
  );
}
