import { engineRoleName, functionNames } from '../../../core/contract/names.ts';
import type { Observation } from 'local-aws/observation';
import type { Caller } from 'local-aws/principal';
import { ENGINE } from '../../../local/sandbox.ts';
import { eventsIn, writtenEvents } from '../rules/ledger-events.ts';

/** Functions whose death matters to a release; `read` only shows. */
const observedFunctions = functionNames.filter((name) => name !== 'read');

/** Tracks the activity of each running function by its event, so that the same call is recognized in another run. */
export class Activities {
  private readonly byEnvironment = new Map<string, string>();
  private latest = 'nothing';

  observe(observation: Observation): void {
    const last = writtenEvents(observation).at(-1);
    if (last !== undefined)
      this.latest = last.environment === undefined ? last.type : `${last.type} ${last.environment}`;
    if (observation.kind !== 'invocation' || observation.account !== ENGINE.account) return;
    const name = observedFunctions.find((one) => engineRoleName(one) === observation.functionName);
    if (name === undefined) this.byEnvironment.delete(observation.environment);
    else this.byEnvironment.set(observation.environment, `${name} ${this.describe(JSON.parse(observation.event))}`);
  }

  /** What the function that makes a call is doing; undefined when it is none of the engine's. */
  of({ principal }: Caller): string | undefined {
    const environment = principal.type === 'assumedRole' ? principal.executionEnvironment : undefined;
    return environment === undefined ? undefined : this.byEnvironment.get(environment);
  }

  private describe(input: unknown): string {
    const event = membersOf(input);
    if (typeof event['task'] === 'string')
      return [event['task'], event['environment'], event['slice']].filter(Boolean).join(' ');
    // Wherever the workflow stands when the minute is over.
    if (event['reconcile'] === true) return `reconcile after ${this.latest}`;
    const http = membersOf(membersOf(event['requestContext'])['http']);
    if (typeof http['method'] === 'string')
      return `${http['method']} ${String(http['path']).replace(/^\/([a-z]*).*$/, '$1')}`;
    if (event['source'] === 'aws.s3') return 'object';
    return `${stateIn(event['detail'])} after ${this.latest}`;
  }
}

/** The state that an event tells of. */
export function stateIn(detail: unknown): string {
  const { state, status, 'status-details': details, alarmName, reason, stateMachineArn } = membersOf(detail);
  if (typeof alarmName === 'string') return `${String(membersOf(state)['value'])} of ${withoutRunIds(alarmName)}`;
  if (typeof state === 'string') return state;
  if (details !== undefined) return String(membersOf(details)['status']);
  if (typeof status === 'string')
    return `${status} of ${withoutRunIds(String(stateMachineArn).split(':').at(-1) ?? '')}`;
  return typeof reason === 'string' ? reason : '';
}

/** Without what differs from run to run. */
function withoutRunIds(name: string): string {
  return name.replace(/matrix-m\d+/g, 'service').replace(/-[A-Z0-9]{8,}$/g, '');
}

/** What a call is about, without ids. */
export function ledgerItemsOf(service: string, input: unknown): string {
  return service === 'dynamodb' ? itemsOfCall(membersOf(input)) : '';
}

function itemsOfCall(input: Readonly<Record<string, unknown>>): string {
  const { TransactItems, RequestItems, Key, Item, IndexName, ExpressionAttributeValues } = input;
  if (Array.isArray(TransactItems)) return itemsOfTransaction(TransactItems, input);
  if (RequestItems !== undefined) return `batch of ${ledgerKinds(Object.values(membersOf(RequestItems)))}`;
  if (Key !== undefined) return kindOf(Key);
  if (Item !== undefined) return kindOf(Item);
  const partition = Object.values(membersOf(ExpressionAttributeValues)).map(
    (value) => textOf(value).split('#')[0] ?? '',
  );
  return `${typeof IndexName === 'string' ? IndexName : 'table'} ${partition[0] ?? ''}`;
}

function itemsOfTransaction(items: readonly unknown[], input: unknown): string {
  const events = eventsIn(input).map(({ type }) => type);
  const others = items
    .flatMap((item) =>
      Object.values(membersOf(item)).map((one) => kindOf(membersOf(one)['Key'] ?? membersOf(one)['Item'])),
    )
    .filter((kind) => kind !== 'event');
  return [...(events.length === 0 ? [] : [`event:${events.join(',')}`]), ...[...new Set(others)].sort()].join('+');
}

function ledgerKinds(requests: readonly unknown[]): string {
  const keys = requests.flatMap((one) => {
    const { Keys } = membersOf(one);
    return Array.isArray(Keys) ? Keys.map(kindOf) : [];
  });
  return [...new Set(keys)].sort().join('+');
}

/** `head`, `event`, `target`, …; for what is not of a release, its partition too. */
function kindOf(key: unknown): string {
  const { pk, sk } = membersOf(key);
  const [partition = ''] = textOf(pk).split('#');
  const [kind = ''] = textOf(sk).split('#');
  // A claim is kept under the stack's name, which is another for each service that is played.
  if (partition === 'stacks') return 'stack claim';
  // What was live is kept under the moment at which it began.
  if (partition === 'served') return 'served';
  return partition === 'release' ? kind : `${partition}/${kind}`;
}

function textOf(value: unknown): string {
  const { S } = membersOf(value);
  return typeof S === 'string' ? S : '';
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
