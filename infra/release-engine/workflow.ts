import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CfnResource, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachine,
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  type CfnStateMachineProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  machineLogGroup,
  machineResourceName,
  type FunctionName,
  type MachineName,
} from '../../core/contract/names.ts';
import { digestOf } from '../constructs/digest.ts';
import { engineArns, functionSubstitutions, liveAlias } from './names.ts';
import { createWorkflowRole } from './workflow-role.ts';

export interface MachineProps {
  readonly name: MachineName;
  readonly roleArn: string;
  /** The value of each `${…}` in the definition. */
  readonly substitutions: Readonly<Record<string, string>>;
}

/** The text of `statemachines/<name>.asl.json`. */
function definitionOf(name: MachineName): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../statemachines', `${name}.asl.json`), 'utf8');
}

/** One state machine, with a version published of each definition. */
export class Machine extends Construct {
  readonly arn: string;
  /** ARN of the version published last. */
  readonly versionArn: string;

  constructor(scope: Construct, id: string, { name, roleArn, substitutions }: MachineProps) {
    super(scope, id);
    const definition = definitionOf(name);
    const log = new CfnLogGroup(this, 'Log', {
      logGroupName: machineLogGroup(name),
      retentionInDays: 365,
    });
    const settings: CfnStateMachineProps = {
      stateMachineName: machineResourceName(name),
      stateMachineType: 'STANDARD',
      roleArn,
      // Minified: the definition is part of the template, which may not exceed 1 MB.
      definitionString: JSON.stringify(JSON.parse(definition)),
      definitionSubstitutions: usedBy(definition, substitutions),
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: log.attrArn } }],
      },
      tracingConfiguration: { enabled: true },
    };
    const machine = new CfnStateMachine(this, 'Machine', settings);
    Validations.of(machine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason: 'The ledger has every transition, for years; the log is for what went wrong.',
    });
    this.arn = machine.attrArn;
    this.versionArn = this.publish(machine, digestOf(Stack.of(this).resolve(settings)));
  }

  /**
   * Executions under way start children by the version they were made with, so all are kept. A version of other settings is another
   * resource: one that only replaced the one before would be deleted when the deployment fails, whatever its policies say.
   */
  private publish(machine: CfnStateMachine, digest: string): string {
    const version = new CfnStateMachineVersion(this, `Version${digest}`, {
      stateMachineArn: machine.attrArn,
      // Another revision is another version.
      stateMachineRevisionId: machine.attrStateMachineRevisionId,
    });
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return version.ref;
  }
}

/** The machines, and the aliases by which releases and plans are started. */
export class Workflow extends Construct {
  /** ARN of the alias `live` of the release machine. */
  readonly aliasArn: string;
  /** ARN of the alias `live` of the plan machine. */
  readonly planAliasArn: string;
  readonly releaseMachineArn: string;
  private readonly release: Machine;
  private readonly plan: Machine;

  /** @param functionArn ARN of the version of each function that a Task names */
  constructor(scope: Construct, id: string, functionArn: (name: FunctionName) => string) {
    super(scope, id);
    const role = createWorkflowRole(this, 'Role', engineArns(this));
    const functions = Object.fromEntries(
      Object.entries(functionSubstitutions).map(([substitution, name]) => [substitution, functionArn(name)]),
    );
    const machine = (id: string, name: MachineName, children: Readonly<Record<string, string>> = {}): Machine =>
      new Machine(this, id, { name, roleArn: role.attrArn, substitutions: { ...functions, ...children } });
    this.release = machine('Release', 'release', {
      DeployTargetMachine: machine('DeployTarget', 'deploy-target').versionArn,
      RollBackTargetMachine: machine('RollBackTarget', 'roll-back-target').versionArn,
    });
    this.plan = machine('Plan', 'plan');
    this.releaseMachineArn = this.release.arn;
    // Not by reference: what starts releases and plans is deployed before the aliases move.
    this.aliasArn = `${this.release.arn}:${liveAlias}`;
    this.planAliasArn = `${this.plan.arn}:${liveAlias}`;
  }

  /**
   * Makes the aliases, the last of all that is deployed: a deployment that fails has not moved them, so nothing begins under a
   * version that goes again. @param stack whatever is in it so far comes before
   */
  goLiveAfter(stack: Stack): void {
    const others = stack.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
    const aliases = [
      this.alias('Live', this.release, 'The definition that new releases run'),
      this.alias('PlanLive', this.plan, 'The definition that new plans run'),
    ];
    for (const alias of aliases) for (const other of others) alias.addResourceDependency(other);
  }

  private alias(id: string, { versionArn }: Machine, description: string): CfnStateMachineAlias {
    return new CfnStateMachineAlias(this, id, {
      name: liveAlias,
      description,
      routingConfiguration: [{ stateMachineVersionArn: versionArn, weight: 100 }],
    });
  }
}

function usedBy(definition: string, substitutions: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name));
  return Object.fromEntries(Object.entries(substitutions).filter(([name]) => names.has(name)));
}
