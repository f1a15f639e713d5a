import { AwsError } from '../../kernel/errors.ts';
import type { LoggingConfiguration, StateMachineType } from '@aws-sdk/client-sfn';
import { machineArn, parseMachineArn } from './arns.ts';
import type { Definition } from './grammar.ts';

/** What a version freezes. */
export interface Revision {
  /** Absent for the first one, which the API calls INITIAL. */
  readonly revisionId: string | undefined;
  readonly text: string;
  readonly definition: Definition;
  readonly roleArn: string;
  readonly logging: LoggingConfiguration;
  readonly tracing: boolean;
  readonly updated: Date;
}

export interface Version {
  readonly arn: string;
  readonly number: number;
  readonly revision: Revision;
  readonly description: string | undefined;
  readonly created: Date;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface Alias {
  readonly arn: string;
  readonly name: string;
  readonly created: Date;
  description: string | undefined;
  routes: readonly Route[];
  updated: Date;
}

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly account: string;
  readonly region: string;
  readonly created: Date;
  revision: Revision;
  readonly tags: Map<string, string>;
  versions: Version[];
  /** Version numbers are never used twice. */
  lastVersion: number;
  readonly aliases: Map<string, Alias>;
  deleting: boolean;
}

/** What an ARN, qualified or not, names at this moment. */
export interface Target {
  readonly machine: Machine;
  readonly revision: Revision;
  readonly version?: Version;
  readonly alias?: Alias;
}

/** The state machines of all accounts and regions, by ARN. */
export class Machines {
  private readonly byArn = new Map<string, Machine>();

  add(machine: Machine): void {
    this.byArn.set(machine.arn, machine);
  }

  remove(machine: Machine): void {
    this.byArn.delete(machine.arn);
  }

  named(region: string, account: string, name: string): Machine | undefined {
    return this.byArn.get(machineArn(region, account, name));
  }

  /** @param arn of a machine, a version or an alias */
  tagsOf(arn: string): ReadonlyMap<string, string> | undefined {
    const [unqualified = ''] = /^arn:aws:states:[^:]*:\d*:stateMachine:[^:]+/.exec(arn) ?? [];
    return this.byArn.get(unqualified)?.tags;
  }

  in(account: string, region: string): readonly Machine[] {
    return [...this.byArn.values()].filter((machine) => machine.account === account && machine.region === region);
  }

  /** The machine an ARN names, whatever its qualifier. @throws AwsError InvalidArn, StateMachineDoesNotExist */
  get(arn: string | undefined): Machine {
    const machine = this.byArn.get(parseMachineArn(arn).machineArn);
    if (machine === undefined) throw doesNotExist(arn);
    return machine;
  }

  /**
   * The machine, version or alias that an ARN names; an alias leads to one of its versions, by weight.
   * @throws AwsError InvalidArn, StateMachineDoesNotExist
   */
  resolve(arn: string | undefined, random: () => number = () => 0): Target {
    const { qualifier } = parseMachineArn(arn);
    const machine = this.get(arn);
    if (qualifier === undefined) return { machine, revision: machine.revision };
    const alias = machine.aliases.get(qualifier);
    const version = alias === undefined ? versionOf(machine, arn) : versionOf(machine, pick(alias, random()));
    if (version === undefined) throw doesNotExist(arn);
    return { machine, revision: version.revision, version, ...(alias === undefined ? {} : { alias }) };
  }
}

export function versionOf(machine: Machine, arn: string | undefined): Version | undefined {
  return machine.versions.find((version) => version.arn === arn);
}

function pick(alias: Alias, random: number): string | undefined {
  let rest = random * 100;
  return alias.routes.find(({ weight }) => (rest -= weight) < 0)?.stateMachineVersionArn;
}

function doesNotExist(arn: string | undefined): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
}
