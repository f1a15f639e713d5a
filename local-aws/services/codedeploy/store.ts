import { randomBytes, randomUUID } from 'node:crypto';
import type {
  AlarmConfiguration,
  AutoRollbackConfiguration,
  DeploymentCreator,
  DeploymentStatus,
  DeploymentStyle,
  ErrorInformation,
  LifecycleEvent,
  RevisionLocation,
  RollbackInfo,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import { builtInConfigurations, type Configuration } from './configurations.ts';

export interface Group {
  readonly id: string;
  name: string;
  readonly application: string;
  roleArn: string;
  configuration: string;
  style: DeploymentStyle;
  alarms: AlarmConfiguration | undefined;
  rollback: AutoRollbackConfiguration | undefined;
  readonly tags: Map<string, string>;
  lastSuccessful: Deployment | undefined;
  lastAttempted: Deployment | undefined;
}

export interface Application {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly tags: Map<string, string>;
  readonly groups: Map<string, Group>;
}

/** Why a deployment is to stop before its end. */
interface StopRequest {
  readonly error: ErrorInformation;
  /** Whether to roll back; undefined leaves it to the deployment's configuration. */
  readonly rollBack: boolean | undefined;
  readonly event: 'DEPLOYMENT_STOP_ON_ALARM' | 'DEPLOYMENT_STOP_ON_REQUEST';
}

export interface Hook {
  readonly executionId: string;
  status: 'Pending' | 'Succeeded' | 'Failed';
}

export interface Deployment {
  readonly id: string;
  readonly group: Group;
  readonly configuration: Configuration;
  readonly revision: RevisionLocation;
  readonly previousRevision: RevisionLocation | undefined;
  readonly description: string | undefined;
  readonly creator: DeploymentCreator;
  readonly alarms: AlarmConfiguration | undefined;
  readonly rollback: AutoRollbackConfiguration | undefined;
  readonly createdAt: Date;
  startedAt: Date | undefined;
  completedAt: Date | undefined;
  updatedAt: Date;
  status: DeploymentStatus;
  error: ErrorInformation | undefined;
  rollbackInfo: RollbackInfo | undefined;
  readonly lifecycle: LifecycleEvent[];
  readonly hooks: Hook[];
  /** Share of the target version, 0 to 1. */
  weight: number;
  /** Whether the alias was moved at all. */
  moved: boolean;
  stop: StopRequest | undefined;
  /** Ends what the deployment waits for before its time. */
  wake: (() => void) | undefined;
}

/** CodeDeploy of one account and region. */
export interface Realm {
  readonly account: string;
  readonly region: string;
  readonly applications: Map<string, Application>;
  readonly configurations: Map<string, Configuration>;
  readonly deployments: Map<string, Deployment>;
}

/** All of CodeDeploy. */
export class Realms {
  private readonly realms = new Map<string, Realm>();

  constructor(readonly kernel: Kernel) {}

  of({ account, region }: { account: string; region: string }): Realm {
    const key = `${account} ${region}`;
    const known = this.realms.get(key);
    if (known !== undefined) return known;
    const configurations = builtInConfigurations(this.kernel.clock.date());
    const realm: Realm = { account, region, applications: new Map(), configurations, deployments: new Map() };
    this.realms.set(key, realm);
    return realm;
  }
}

export function newId(): string {
  return randomUUID();
}

/** `d-` and nine capital letters and digits. */
export function newDeploymentId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return `d-${[...randomBytes(9)].map((byte) => letters[byte % letters.length]).join('')}`;
}

export function arnOf({ account, region }: { account: string; region: string }, resource: string): string {
  return `arn:aws:codedeploy:${region}:${account}:${resource}`;
}

export function applicationArn(caller: Caller, name: string | undefined): string {
  return arnOf(caller, `application:${name ?? ''}`);
}

export function groupArn(caller: Caller, application: string | undefined, group: string | undefined): string {
  return arnOf(caller, `deploymentgroup:${application ?? ''}/${group ?? ''}`);
}

/** @throws AwsError ApplicationNameRequiredException, ApplicationDoesNotExistException */
export function applicationOf(realm: Realm, name: string | undefined): Application {
  if (name === undefined || name === '')
    throw new AwsError('ApplicationNameRequiredException', 'The application name is required.');
  const application = realm.applications.get(name);
  if (application === undefined)
    throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
  return application;
}

/** @throws AwsError DeploymentGroupNameRequiredException, DeploymentGroupDoesNotExistException */
export function groupOf(realm: Realm, application: string | undefined, name: string | undefined): Group {
  const { groups } = applicationOf(realm, application);
  if (name === undefined || name === '')
    throw new AwsError('DeploymentGroupNameRequiredException', 'The deployment group name is required.');
  const group = groups.get(name);
  if (group === undefined)
    throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  return group;
}

/** @throws AwsError DeploymentConfigDoesNotExistException */
export function configurationOf(realm: Realm, name: string): Configuration {
  const configuration = realm.configurations.get(name);
  if (configuration === undefined)
    throw new AwsError('DeploymentConfigDoesNotExistException', `No deployment configuration found for name: ${name}`);
  return configuration;
}

/** @throws AwsError DeploymentIdRequiredException, DeploymentDoesNotExistException */
export function deploymentOf(realm: Realm, id: string | undefined): Deployment {
  if (id === undefined || id === '')
    throw new AwsError('DeploymentIdRequiredException', 'The deployment ID is required.');
  const deployment = realm.deployments.get(id);
  if (deployment === undefined)
    throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
  return deployment;
}

/** The deployment of a group that has not ended yet. */
export function activeDeployment(realm: Realm, group: Group): Deployment | undefined {
  return [...realm.deployments.values()].find(
    (deployment) => deployment.group === group && deployment.completedAt === undefined,
  );
}

/** The lifecycle events of a Lambda deployment, in their order. */
export function pendingLifecycle(): LifecycleEvent[] {
  return ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'].map((lifecycleEventName) => ({
    lifecycleEventName,
    status: 'Pending',
  }));
}
