import { Construct } from 'constructs';
import { environmentVariableNames } from '../../core/contract/environment-variables.ts';
import { functionNames, type FunctionName } from '../../core/contract/names.ts';
import type { AlarmTopic } from '../constructs/alarm-topic.ts';
import type { Bundles } from '../bundling/bundle.ts';
import { DeadLetters } from '../constructs/dead-letters.ts';
import { arnIn, createManagedPolicy } from '../constructs/permissions.ts';
import type { Settings } from '../settings.ts';
import { EngineFunction } from './engine-function.ts';
import {
  enteringPolicies,
  enteringRole,
  permissionsOf,
  type EnteringRole,
  type PermissionScope,
} from './function-permissions.ts';
import { engineArns, functionResourceName, functionSubstitutions, reconcilerName } from './names.ts';
import type { Workflow } from './workflow.ts';

export interface EngineFunctionsProps {
  readonly settings: Settings;
  readonly bundles: Bundles;
  readonly topic: AlarmTopic;
  readonly ledger: string;
  readonly bucket: string;
  readonly evidence: string;
  readonly digests: string;
  readonly apiUrl: string;
  /** ARN of the key that signs links. */
  readonly linkKey: string;
  /** ARN of the topic that pages the person on call. */
  readonly pagerTopic: string;
}

/** Functions that are invoked asynchronously, at least sometimes. */
const asynchronous: readonly FunctionName[] = ['receive', 'verify', 'wake', 'notify'];

/**
 * The engine's functions. Those that the workflow calls come first, the others once the workflow exists
 * (`startBy`), because they know it.
 */
export class EngineFunctions extends Construct {
  private readonly made = new Map<FunctionName, EngineFunction>();
  private readonly queues = new Map<FunctionName, DeadLetters>();
  private readonly enteringArns = new Map<EnteringRole, readonly string[]>();
  private readonly variables: Map<string, string>;
  private readonly scope: PermissionScope;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EngineFunctionsProps,
  ) {
    super(scope, id);
    const { settings, linkKey, pagerTopic } = props;
    const slack = settings.policy.notify?.slack;
    const secret = settings.policy.oidc?.secret;
    this.variables = variablesOf(props);
    this.scope = {
      arns: engineArns(this),
      linkKeyArn: linkKey,
      pagerTopicArn: pagerTopic,
      senderArns: sendersOf(settings.sender).map((identity) => arnIn(this, 'ses', `identity/${identity}`)),
      configurationSets: arnIn(this, 'ses', 'configuration-set/*'),
      targets: settings.targets,
      putsEvents: settings.policy.notify?.events !== undefined,
      oidcSecretArn: secret === undefined ? undefined : arnIn(this, 'secretsmanager', `secret:${secret}`),
      slackSecretArn: slack === undefined ? undefined : arnIn(this, 'secretsmanager', `secret:${slack.secret}`),
    };
    this.make('notify');
    this.variables.set('SLUICE_NOTIFY_FUNCTION', this.arnOf('notify'));
    for (const name of Object.values(functionSubstitutions)) this.make(name);
    this.variables.set('SLUICE_VERIFY_FUNCTION', this.arnOf('verify'));
    for (const name of functionNames.filter((one) => !this.knowsWorkflow(one) && this.isWanted(one))) this.make(name);
  }

  /** Makes the functions that start releases and plans, by the machines' aliases. */
  startBy({ aliasArn, planAliasArn }: Pick<Workflow, 'aliasArn' | 'planAliasArn'>): void {
    this.variables.set('SLUICE_STATE_MACHINE', aliasArn);
    this.variables.set('SLUICE_PLAN_MACHINE', planAliasArn);
    this.make('receive');
    this.variables.set('SLUICE_RECEIVE_FUNCTION', this.arnOf('receive'));
    for (const name of functionNames.filter((one) => this.knowsWorkflow(one) && this.isWanted(one))) this.make(name);
  }

  /** @throws Error when it does not exist yet */
  arnOf(name: FunctionName): string {
    return this.find(name).arn;
  }

  /** Publishes a version of a function that the workflow calls. @returns its ARN @throws Error when it does not exist yet */
  publish(name: FunctionName): string {
    return this.find(name).publish();
  }

  /** Where events for an asynchronous function, and its failed invocations, end. @throws Error for other functions */
  deadLettersOf(name: FunctionName): DeadLetters {
    const queue = this.queues.get(name);
    if (queue === undefined) throw new Error(`The function ${name} has no dead-letter queue.`);
    return queue;
  }

  /** Names of all functions, as AWS has them. */
  resourceNames(): string[] {
    return [...this.made.keys()].map(functionResourceName);
  }

  /** Names of the dead-letter queues, by the function whose they are. */
  deadLetterQueues(): Record<string, string> {
    return Object.fromEntries([...this.queues].map(([name, { queueName }]) => [name, queueName]));
  }

  /** ARNs of the alarms on the dead-letter queues. */
  deadLetterAlarms(): string[] {
    return [...this.queues.values()].map(({ alarmArn }) => alarmArn);
  }

  private find(name: FunctionName): EngineFunction {
    const made = this.made.get(name);
    if (made === undefined) throw new Error(`The function ${name} is not made yet.`);
    return made;
  }

  /** Not made yet; and of use: nothing calls `interact` where the policy has no Slack, nor `sign-in` where it has no OpenID provider. */
  private isWanted(name: FunctionName): boolean {
    const { notify, oidc } = this.props.settings.policy;
    if (name === 'interact' && notify?.slack === undefined) return false;
    if (name === 'sign-in' && oidc === undefined) return false;
    return !this.made.has(name);
  }

  private knowsWorkflow(name: FunctionName): boolean {
    return environmentVariableNames(name).includes('SLUICE_STATE_MACHINE');
  }

  private make(name: FunctionName): void {
    if (asynchronous.includes(name)) {
      const what = `an event for the function ${name}, or what it failed at`;
      this.queues.set(name, new DeadLetters(this, `${name}-dead-letters`, { what, topic: this.props.topic }));
    }
    const failures = this.queues.get(name);
    const { reservedConcurrency } = this.props.settings;
    const made = new EngineFunction(this, name, {
      name,
      bundle: this.props.bundles[name],
      variables: this.environmentOf(name),
      permissions: permissionsOf(name, this.scope),
      managedPolicies: this.entering(enteringRole(name)),
      ...(failures === undefined ? {} : { failures }),
      // Neither starves the other, however many artifacts are dropped or alarms change at once.
      ...(reservedConcurrency !== undefined && (name === 'receive' || name === 'wake') ? { reservedConcurrency } : {}),
    });
    this.made.set(name, made);
  }

  /** ARNs of the policies by which functions enter more targets than their own policies have room for. */
  private entering(role: EnteringRole | undefined): readonly string[] {
    if (role === undefined) return [];
    const arns =
      this.enteringArns.get(role) ??
      enteringPolicies(role, this.props.settings.targets).map((permission, part) => {
        const policy = createManagedPolicy(this, `enter-${role}-${part + 1}`, {
          name: `sluice-enter-${role}-${part + 1}`,
          description: 'Roles of targets that functions of the release engine take',
          permissions: [permission],
        });
        return policy.ref;
      });
    this.enteringArns.set(role, arns);
    return arns;
  }

  private environmentOf(name: FunctionName): Record<string, string> {
    const values = new Map([...this.variables, ['POWERTOOLS_SERVICE_NAME', `sluice-${name}`]]);
    return Object.fromEntries(
      environmentVariableNames(name).map((variable): [string, string] => {
        const value = values.get(variable);
        if (value === undefined) throw new Error(`Nothing is known to set ${variable} of function ${name} to.`);
        return [variable, value];
      }),
    );
  }
}

/** An address is sent from as itself, as its domain or as one above that, whichever is verified. */
function sendersOf(address: string): string[] {
  const labels = address.replace(/^.*@/, '').split('.');
  return [address, ...labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))];
}

function variablesOf({
  settings,
  ledger,
  bucket,
  evidence,
  digests,
  apiUrl,
  linkKey,
  pagerTopic,
}: EngineFunctionsProps): Map<string, string> {
  return new Map([
    ['SLUICE_LEDGER_TABLE', ledger],
    ['SLUICE_RELEASE_BUCKET', bucket],
    ['SLUICE_EVIDENCE_BUCKET', evidence],
    ['SLUICE_DIGEST_BUCKET', digests],
    ['SLUICE_API_URL', apiUrl],
    ['SLUICE_LINK_KEY', linkKey],
    ['SLUICE_SENDER', settings.sender],
    ['SLUICE_PAGER_TOPIC', pagerTopic],
    ['SLUICE_EXTERNAL_ID', settings.externalId],
    ['SLUICE_RELEASE_EVENTS', settings.policy.notify?.events === undefined ? 'off' : 'on'],
    ['SLACK_API_URL', settings.slackApiUrl],
    ['SLUICE_RECONCILER_SCHEDULE', reconcilerName],
    ['POWERTOOLS_LOG_LEVEL', 'INFO'],
  ]);
}
