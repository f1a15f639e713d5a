import type { Target } from '@aws-sdk/client-eventbridge';
import type { Timer } from '../../kernel/clock.ts';
import { AwsError, NotImplemented } from '../../kernel/errors.ts';
import type { PolicyDocument } from '../../kernel/principal.ts';
import type { Call } from '../../kernel/service.ts';
import type { Pattern } from './pattern.ts';

/**
 * An event as targets get it.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export type Envelope = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  /** Where the event came from, also on another account's bus. */
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
};

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly rules: Map<string, Rule>;
  readonly tags: Map<string, string>;
  description?: string | undefined;
  policy?: PolicyDocument | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  readonly targets: Map<string, RuleTarget>;
  readonly tags: Map<string, string>;
  enabled: boolean;
  description?: string | undefined;
  pattern?: { readonly text: string; readonly matches: Pattern } | undefined;
  schedule?: string | undefined;
  /** The next firing of a schedule. */
  timer?: Timer | undefined;
}

export type RuleTarget = Target & { readonly Id: string; readonly Arn: string };

/** Every account's and region's event buses. The bus `default` is always there. */
export class Buses {
  private readonly buses = new Map<string, Bus>();

  constructor(private readonly now: () => Date) {}

  /** @param arn of a bus or a rule */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [, beginning = '', kind, first = '', second] =
      /^(arn:aws:events:[^:]*:\d*:)(event-bus|rule)\/([^/]+)(?:\/([^/]+))?$/.exec(arn) ?? [];
    if (kind === 'event-bus') return this.buses.get(arn)?.tags;
    const [bus, rule] = second === undefined ? ['default', first] : [first, second];
    return this.buses.get(`${beginning}event-bus/${bus}`)?.rules.get(rule)?.tags;
  }

  /** @throws AwsError ResourceNotFoundException */
  byArn(arn: string): Bus {
    const [, region = '', account = '', name = ''] =
      /^arn:aws:events:([^:]*):(\d{12}):event-bus\/(.+)$/.exec(arn) ?? [];
    return this.find(account, region, name) ?? noSuchBus(name === '' ? arn : name);
  }

  find(account: string, region: string, name: string): Bus | undefined {
    return (
      this.buses.get(busArn(account, region, name)) ??
      (name === 'default' ? this.create(account, region, name) : undefined)
    );
  }

  /** The bus that a call names, by name or ARN, `default` when it names none. @throws AwsError ResourceNotFoundException */
  of({ caller }: Call, nameOrArn = 'default'): Bus {
    if (nameOrArn.startsWith('arn:')) return this.byArn(nameOrArn);
    return this.find(caller.account, caller.region, nameOrArn) ?? noSuchBus(nameOrArn);
  }

  /** As `of`, for what the local AWS lets only the bus's own account do. */
  own(call: Call, nameOrArn?: string): Bus {
    const bus = this.of(call, nameOrArn);
    if (bus.account !== call.caller.account || bus.region !== call.caller.region)
      throw new NotImplemented('rules on the bus of another account or region');
    return bus;
  }

  create(account: string, region: string, name: string): Bus {
    const arn = busArn(account, region, name);
    const bus: Bus = { name, arn, account, region, createdAt: this.now(), rules: new Map(), tags: new Map() };
    this.buses.set(arn, bus);
    return bus;
  }

  delete(bus: Bus): void {
    this.buses.delete(bus.arn);
  }

  list(account: string, region: string): Bus[] {
    this.find(account, region, 'default');
    return [...this.buses.values()].filter((bus) => bus.account === account && bus.region === region);
  }
}

export function busArn(account: string, region: string, name: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

/** Rules on the default bus have ARNs without the bus's name. */
export function ruleArn(bus: Pick<Bus, 'account' | 'region' | 'name'>, name: string): string {
  const path = bus.name === 'default' ? name : `${bus.name}/${name}`;
  return `arn:aws:events:${bus.region}:${bus.account}:rule/${path}`;
}

/** @throws AwsError ResourceNotFoundException */
export function ruleOf(bus: Bus, name: string | undefined): Rule {
  const rule = bus.rules.get(name ?? '');
  if (rule === undefined)
    throw new AwsError('ResourceNotFoundException', `Rule ${name ?? ''} does not exist on EventBus ${bus.name}.`);
  return rule;
}

function noSuchBus(name: string): never {
  throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}
