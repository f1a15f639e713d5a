import { GetPolicyCommand, GetPolicyVersionCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import * as z from 'zod';
import type { LocalAws } from 'local-aws';
import type { Observation } from 'local-aws/observation';
import { matchesArn, matchesPattern } from 'local-aws/iam-patterns';
import type { Grant, Wire } from './wire.ts';

/** One thing a role, or somebody under a managed policy, was allowed to do, and in which parts of the probe. */
interface Use {
  readonly holder: string;
  readonly action: string;
  readonly resource: string;
  readonly steps: Set<string>;
}

const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  // A policy that limits may say what it does not speak of, and names no action then.
  Action: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((value) => [value].flat()),
  Resource: z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat()),
});
const document = z.object({
  Statement: z.union([statement, z.array(statement)]).transform((value) => [value].flat()),
});
type Statement = z.infer<typeof statement>;

/** Listens while the probe plays on the stacks as they are, to know which parts use which wires. */
export class UseRecorder {
  private readonly uses = new Map<string, Use>();
  /** Name of a function → parts in which it ran. */
  private readonly ran = new Map<string, Set<string>>();
  private step = 'deployment';

  observe(observation: Observation): void {
    if (observation.kind === 'log') this.addRun(observation.group.replace('/aws/lambda/', ''));
    if (observation.kind !== 'decision' || !observation.allowed) return;
    const { principal } = observation.caller;
    if (principal.type !== 'assumedRole') return;
    const { action, resource } = observation.ask;
    const key = [principal.roleName, action, resource].join(' ');
    const use = this.uses.get(key) ?? { holder: principal.roleName, action, resource, steps: new Set() };
    use.steps.add(this.step);
    this.uses.set(key, use);
  }

  begin(step: string): void {
    this.step = step;
  }

  /** Names of the parts that use each wire, by the policies as they stand in the accounts; only of what is known. */
  async usesOf(wires: readonly Wire[], aws: LocalAws): Promise<Record<string, string[]>> {
    const policies = new Map<string, readonly (readonly Statement[])[]>();
    for (const holder of new Set(wires.flatMap(({ grant }) => (grant === undefined ? [] : [grant.holder]))))
      policies.set(holder, await readPolicies(aws, holder));
    const all = [...this.uses.values()];
    const found = wires.flatMap(({ name, grant, function: owner }): [string, string[]][] => {
      if (owner !== undefined) return [[name, [...(this.ran.get(owner) ?? [])]]];
      if (grant === undefined) return [];
      const steps = (policies.get(grant.holder) ?? []).flatMap((one) => stepsOf(grant, one, all));
      return [[name, [...new Set(steps)]]];
    });
    return Object.fromEntries(found);
  }

  private addRun(name: string): void {
    const steps = this.ran.get(name) ?? new Set();
    steps.add(this.step);
    this.ran.set(name, steps);
  }
}

/** Parts in which something was done that only this grant allows, of all that its policy says. */
function stepsOf(grant: Grant, statements: readonly Statement[], uses: readonly Use[]): string[] {
  const alone = statements.filter((_, index) => index === grant.statement).map((one) => only(one, grant));
  const without = statements.map((one, index) => (index === grant.statement ? lessen(one, grant) : one));
  return uses
    .filter(({ holder }) => holder === grant.holder || isManaged(grant.holder))
    .filter((use) => allows(alone, use) && !allows(without, use))
    .flatMap(({ steps }) => [...steps]);
}

/** Who carries a managed policy is not looked up: it is enough that somebody did what it allows. */
function isManaged(holder: string): boolean {
  return /^sluice-target-(boundary|denials|resources|scope)-/.test(holder);
}

function only(one: Statement, { action, resource }: Grant): Statement {
  if (resource !== undefined) return { ...one, Resource: one.Resource.filter((_, index) => index === resource) };
  return { ...one, Action: one.Action.filter((name) => name === action) };
}

function lessen(one: Statement, { action, resource }: Grant): Statement {
  if (resource !== undefined) return { ...one, Resource: one.Resource.filter((_, index) => index !== resource) };
  return { ...one, Action: one.Action.filter((name) => name !== action) };
}

function allows(statements: readonly Statement[], { action, resource }: Use): boolean {
  const context = new Map<string, readonly string[]>();
  return statements.some(
    (one) =>
      one.Effect === 'Allow' &&
      one.Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase(), context)) &&
      one.Resource.some((pattern) => pattern === resource || matchesArn(pattern, resource, context)),
  );
}

const ACCOUNTS = ['111111111111', '222222222222', '333333333333'];

/** A policy as it stands in each account that has it. */
async function readPolicies(aws: LocalAws, holder: string): Promise<readonly (readonly Statement[])[]> {
  const found = await Promise.all(ACCOUNTS.map((account) => readPolicy(aws, account, holder)));
  return found.filter((one) => one !== undefined);
}

async function readPolicy(aws: LocalAws, account: string, holder: string): Promise<readonly Statement[] | undefined> {
  const iam = aws.client(IAMClient, { account, region: 'us-east-1' });
  try {
    if (!isManaged(holder)) {
      const { PolicyDocument = '' } = await iam.send(
        new GetRolePolicyCommand({ RoleName: holder, PolicyName: 'permissions' }),
      );
      return document.parse(JSON.parse(decodeURIComponent(PolicyDocument))).Statement;
    }
    const PolicyArn = `arn:aws:iam::${account}:policy/${holder}`;
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
    );
    return document.parse(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).Statement;
  } catch (error) {
    if (error instanceof Error && /NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  }
}
