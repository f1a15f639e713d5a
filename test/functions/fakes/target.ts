import { boundaryName, policyArn } from '../../../core/contract/names.ts';
import type { SecretReading } from '../../../core/checks/header-secret.ts';
import type { BoundaryState } from '../../../core/template/live-boundary.ts';
import { templateSchema, propertyOf, type Resource, type Template } from '../../../core/template/template.ts';
import type { AlarmState } from '../../../adapters/cloudwatch/alarms.ts';
import type { DeployTarget } from '../../../adapters/targets/deploy-target.ts';
import type { Invocation } from '../../../adapters/lambda/live-functions.ts';
import type { ChangeSetOrder, StackOperation, StackState } from '../../../adapters/cloudformation/stack.ts';
import type { DeploymentOrder } from '../../../adapters/codedeploy/traffic-shift.ts';
import type { VerifyTarget } from '../../../adapters/targets/verify-target.ts';

const targetBoundary = policyArn('222222222222', boundaryName('us-east-1', 'orders'));
const lambda = 'arn:aws:lambda:us-east-1:222222222222:function';

interface Alias {
  version: string;
  weights: Record<string, number>;
}

/**
 * An account and Region with one service in it, as far as the deploying functions see it: a stack that takes templates, a
 * function whose versions are published by the stack, an alias, CodeDeploy. What takes time waits for `finish…`.
 */
export class FakeTarget implements DeployTarget, VerifyTarget {
  stack: (StackState & { template: Template }) | undefined;
  readonly published = new Map<string, string>();
  readonly aliasStates = new Map<string, Alias>();
  readonly changeSets = new Map<string, ChangeSetOrder>();
  readonly operations = new Map<string, StackOperation>();
  readonly objects = new Map<string, Uint8Array>();
  readonly deployments = new Map<string, { order: DeploymentOrder; status: string }>();
  readonly calls: string[] = [];
  /** What each version answers; good when nothing is said. */
  readonly brokenVersions = new Set<string>();
  /** Versions that throw. */
  readonly throwingVersions = new Set<string>();
  /** How often each version was invoked. */
  readonly invoked = new Map<string, number>();
  /** Objects, `bucket/key`, that may not be read. */
  readonly unreadable = new Set<string>();
  alarmStates: AlarmState[] = [];
  /** Somebody has changed the function since its version was published. */
  changedByHand = false;
  /** What CloudFormation makes of a template that has transforms. */
  expand: (text: string) => string = (text) => text;
  #versions = 0;

  readonly stacks: DeployTarget['stacks'] = {
    describe: async () => this.stack,
    resources: async () => this.#resources(),
    template: async (_, __, changeSet = '') => {
      const order = this.changeSets.get(changeSet);
      return order !== undefined && 'body' in order.template
        ? this.expand(order.template.body)
        : JSON.stringify(this.stack?.template);
    },
    failure: async () => this.stack?.reason,
    operation: async (_, token) => this.operations.get(token),
    prepareChangeSet: async (order) => {
      const known = this.changeSets.get(order.name);
      if (known === undefined) this.calls.push(`change set ${order.create ? 'create' : 'update'}`);
      this.changeSets.set(order.name, order);
      if (order.create && this.stack === undefined) this.stack = this.#state('REVIEW_IN_PROGRESS', { Resources: {} });
      const changes = this.#changesOf(order);
      return {
        id: order.name,
        stackId: this.#stackId,
        status: changes.length === 0 ? 'failed' : 'ready',
        empty: changes.length === 0,
        reason: undefined,
        changes,
      };
    },
    execute: async (_, name, token) => {
      this.calls.push('execute');
      this.operations.set(token, { status: 'UPDATE_IN_PROGRESS', began: 'UPDATE_IN_PROGRESS' });
      this.#executing = { name, token };
      return undefined;
    },
    wasExecuted: async () => this.calls.includes('execute'),
    deleteChangeSet: async (_, name) => void this.changeSets.delete(name),
    clearChangeSet: async (_, name) => {
      this.changeSets.delete(name);
      return undefined;
    },
    changeSets: async () => [...this.changeSets.keys()],
    deleteStack: async (_, token) => {
      this.calls.push('delete stack');
      if (this.stack?.status !== 'REVIEW_IN_PROGRESS') this.aliasStates.clear();
      this.stack = undefined;
      this.operations.set(token, { status: 'DELETE_COMPLETE' });
    },
    continueUpdateRollback: async (_, token) => {
      this.calls.push('continue rollback');
      if (this.stack !== undefined) this.stack = { ...this.stack, status: 'UPDATE_ROLLBACK_COMPLETE' };
      this.operations.set(token, { status: 'UPDATE_ROLLBACK_COMPLETE', began: 'UPDATE_ROLLBACK_IN_PROGRESS' });
    },
  };

  readonly functions: DeployTarget['functions'] = {
    alias: async (functionName, alias) => this.aliasStates.get(`${functionName}:${alias}`),
    pointAlias: async (functionName, alias, version) => {
      this.calls.push(`point ${alias} to ${version}`);
      this.aliasStates.set(`${functionName}:${alias}`, { version, weights: {} });
    },
    isUsable: async () => true,
    heldDigest: async (_, version) => (this.changedByHand && version === '$LATEST' ? 'another' : 'the same'),
    versions: async () => [...this.published.values()],
    versionsOfAliases: async () => [...this.aliasStates.values()].map(({ version }) => version),
    deleteVersion: async (_, version) => void this.calls.push(`delete version ${version}`),
    invoke: async ({ functionName, qualifier }: Invocation) => {
      const version = this.aliasStates.get(`${functionName}:${qualifier ?? ''}`)?.version ?? qualifier ?? '$LATEST';
      const broken = this.brokenVersions.has(version);
      this.invoked.set(version, (this.invoked.get(version) ?? 0) + 1);
      if (this.throwingVersions.has(version)) return { payload: '"oops"', functionError: 'Unhandled', version };
      return { payload: JSON.stringify({ ok: !broken, version }), version };
    },
  };

  readonly traffic: DeployTarget['traffic'] = {
    ensureGroup: async () => undefined,
    ensureConfiguration: async () => undefined,
    groupAlarms: async () => this.alarmStates.map(({ name }) => name),
    deploy: async (order) => {
      const known = [...this.deployments].find(([, { order: one }]) => one.intention === order.intention);
      if (known !== undefined) return known[0];
      this.calls.push(`deploy by ${order.configuration}`);
      const id = `d-${this.deployments.size + 1}`;
      this.deployments.set(id, { order, status: 'InProgress' });
      return id;
    },
    describe: async (id) => {
      const found = this.deployments.get(id);
      return found === undefined ? undefined : { id, status: found.status, reason: 'an alarm went off' };
    },
    running: async ({ group }) =>
      [...this.deployments]
        .filter(([, { order, status }]) => order.group === group && status === 'InProgress')
        .map(([id]) => id),
    stop: async (id) => {
      this.calls.push('stop deployment');
      const found = this.deployments.get(id);
      if (found !== undefined) found.status = 'Stopped';
    },
  };

  readonly assets: DeployTarget['assets'] = {
    bucket: 'sluice-assets-222222222222-us-east-1',
    url: (key) => `https://bucket/${key}`,
    canRead: async (bucket, key) => !this.unreadable.has(`${bucket}/${key}`),
    has: async (key) => this.objects.has(key),
    text: async (key) => {
      const bytes = this.objects.get(key);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
    },
    put: async (key, bytes) => void this.objects.set(key, bytes),
  };

  readonly requirements: DeployTarget['requirements'] = {
    hasSecret: async (name) => name !== 'missing',
    hasParameter: async (name) => name !== '/missing',
  };

  /** How much is in resources, by physical id: nothing where nothing is said. */
  readonly amounts = new Map<string, number>();
  readonly contents: DeployTarget['contents'] = {
    amount: async (_, physicalId) => this.amounts.get(physicalId) ?? 0,
  };

  /** Boundaries of roles, by name; the target's own where nothing is said. */
  readonly boundaries = new Map<string, BoundaryState>();
  /** Managed policies attached to the platform team's own role; undefined where there is no such role. */
  policies: readonly string[] | undefined = [];
  readonly identities: DeployTarget['identities'] = {
    boundaryOf: async (_, name) => this.boundaries.get(name) ?? { kind: 'bounded', arn: targetBoundary },
    policiesOf: async () => this.policies,
    grantsOf: async () => ({ documents: [], unreadable: [] }),
    documentOf: async () => ({ Version: '2012-10-17', Statement: [] }),
  };

  /** Of the stack. */
  outputs: Record<string, string> = {};
  /** What each secret reads as; missing where nothing is said. */
  readonly secretReadings = new Map<string, SecretReading>();
  readonly secrets: VerifyTarget['secrets'] = {
    read: async (id) => this.secretReadings.get(id) ?? { kind: 'missing' },
  };

  readonly alarms: VerifyTarget['alarms'] = { describe: async () => this.alarmStates };

  #executing: { name: string; token: string } | undefined;
  readonly #stackId = 'arn:aws:cloudformation:us-east-1:222222222222:stack/sluice-orders-staging/0a1b';

  /** The stack comes to rest: with the change, or back as it was. */
  finishStack(outcome: 'good' | 'bad' = 'good'): string {
    const { name, token } = this.#executing ?? { name: '', token: '' };
    this.#executing = undefined;
    const order = this.changeSets.get(name);
    if (order === undefined || !('body' in order.template)) throw new Error('Nothing is being executed.');
    if (outcome === 'bad') {
      const status = order.create ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
      this.stack = this.#state(status, this.stack?.template ?? { Resources: {} });
      this.operations.set(token, { status, began: 'UPDATE_IN_PROGRESS', reason: 'OrdersTable: no' });
      return token;
    }
    this.#apply(templateSchema.parse(JSON.parse(order.template.body)));
    const status = order.create ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    this.stack = {
      ...this.#state(status, templateSchema.parse(JSON.parse(order.template.body))),
      parameters: order.parameters,
    };
    this.operations.set(token, { status, began: 'UPDATE_IN_PROGRESS' });
    return token;
  }

  /** CodeDeploy comes to rest. */
  finishDeployment(status: 'Succeeded' | 'Failed'): string {
    const [id, deployment] = [...this.deployments].at(-1) ?? [];
    if (id === undefined || deployment === undefined) throw new Error('Nothing is being shifted.');
    deployment.status = status;
    const { TargetVersion: to } = appSpecOf(deployment.order);
    if (status === 'Succeeded') this.aliasStates.set(this.#aliasName, { version: to, weights: {} });
    return id;
  }

  get #aliasName(): string {
    return 'sluice-orders-staging-Orders:live';
  }

  #apply(template: Template): void {
    for (const [name, { Type }] of Object.entries(template.Resources)) {
      if (Type === 'AWS::Lambda::Version' && !this.published.has(name)) {
        this.#versions += 1;
        this.published.set(name, String(this.#versions));
      }
    }
    const named = propertyOf(template.Resources['Live'], 'FunctionVersion');
    const version = typeof named === 'string' ? named : this.published.get(JSON.stringify(named).split('"')[3] ?? '');
    if (version !== undefined) this.aliasStates.set(this.#aliasName, { version, weights: {} });
  }

  #state(status: string, template: Template): StackState & { template: Template } {
    return {
      id: this.#stackId,
      name: 'sluice-orders-staging',
      status,
      parameters: this.stack?.parameters ?? {},
      outputs: this.outputs,
      tags: {},
      template,
    };
  }

  #resources() {
    return Object.entries(this.stack?.template.Resources ?? {}).map(([logicalId, { Type }]) => {
      const name = `${lambda}:sluice-orders-staging-Orders`;
      if (Type === 'AWS::Lambda::Alias') return { logicalId, type: Type, physicalId: `${name}:live` };
      if (Type === 'AWS::Lambda::Version') {
        return { logicalId, type: Type, physicalId: `${name}:${this.published.get(logicalId) ?? ''}` };
      }
      return { logicalId, type: Type, physicalId: `sluice-orders-staging-${logicalId}` };
    });
  }

  #changesOf(order: ChangeSetOrder) {
    const next = 'body' in order.template ? templateSchema.parse(JSON.parse(order.template.body)) : { Resources: {} };
    const before = this.stack?.template.Resources ?? {};
    const names = [...new Set([...Object.keys(before), ...Object.keys(next.Resources)])];
    return names
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(next.Resources[name]))
      .map((name) => ({
        Type: 'Resource' as const,
        ResourceChange: {
          Action: before[name] === undefined ? ('Add' as const) : ('Modify' as const),
          LogicalResourceId: name,
          ResourceType: next.Resources[name]?.Type ?? before[name]?.Type ?? '',
          Details: detailsOf(before[name], next.Resources[name]),
        },
      }));
  }
}

/** Properties that change, with their values as CloudFormation shows them. */
function detailsOf(before: Resource | undefined, after: Resource | undefined) {
  if (before === undefined || after === undefined) return [];
  const text = (value: unknown): string | undefined =>
    value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  const names = [...new Set([before, after].flatMap(({ Properties = {} }) => Object.keys(Properties)))];
  return names.flatMap((Name) => {
    const [BeforeValue, AfterValue] = [text(propertyOf(before, Name)), text(propertyOf(after, Name))];
    if (BeforeValue === AfterValue) return [];
    return [{ Target: { Attribute: 'Properties' as const, Name, BeforeValue, AfterValue } }];
  });
}

function appSpecOf({ appSpec }: DeploymentOrder): { TargetVersion: string } {
  const match = /"TargetVersion":"(?<to>[^"]+)"/.exec(appSpec)?.groups;
  return { TargetVersion: match?.['to'] ?? '' };
}
