import type { Authorization } from './service.ts';
import type { Caller, PolicyDocument, Principal } from './principal.ts';

/** What AWS services do for one another outside their public operations. Each is implemented by the service it names. */
export interface Ports {
  readonly iam: IdentityPort;
  readonly events: EventsPort;
  readonly metrics: MetricsPort;
  readonly functions: FunctionsPort;
  readonly queues: QueuesPort;
}

/** Credentials as STS gives them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Engine time, milliseconds since the epoch; absent for a user's keys. */
  readonly expiresAt?: number;
}

export interface IdentityPort {
  /** Who an access key belongs to; undefined when unknown. Throws ExpiredToken for a session past its end. */
  identify(accessKeyId: string): { readonly credentials: Credentials; readonly principal: Principal } | undefined;
  /** @throws AccessDenied unless identity, session, boundary and resource policies together allow every entry. */
  authorize(caller: Caller, asks: readonly Authorization[]): void;
  /**
   * A service takes a role that its resource names (a function's execution role, a rule's role): the role's trust policy
   * must name the service. @throws AwsError AccessDenied
   */
  assumeForService(request: {
    readonly roleArn: string;
    readonly service: string;
    readonly region: string;
    readonly sessionName: string;
    readonly sourceArn?: string;
    readonly executionEnvironment?: string;
  }): Caller;
  /** Session credentials for a principal, for instance for a function's environment. */
  issue(principal: Principal, seconds: number): Credentials;
  /** An administrator's long-lived keys for an account, created at first use: what a person's `aws configure` would hold. */
  administrator(account: string): Credentials;
  /** Parses a policy document. @throws AwsError MalformedPolicyDocument */
  parsePolicy(text: string): PolicyDocument;
}

/** An event that an AWS service puts on an account's default bus. */
export interface ServiceEvent {
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly resources?: readonly string[];
}

export interface EventsPort {
  /** Puts a service's event on the account's default bus; delivery goes on in the background. */
  emit(event: ServiceEvent): void;
}

export interface MetricDatum {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** When, milliseconds since the epoch; the clock's present time when left out. */
  readonly at?: number;
}

export interface MetricsPort {
  /** Records a metric that a service publishes about itself, or finds in a log. */
  record(datum: MetricDatum): void;
}

export interface FunctionsPort {
  /** Kills the process of an execution environment, as a crash would. */
  kill(executionEnvironment: string): void;
}

export interface QueuesPort {
  /** A service puts a message on a queue by the queue's resource policy; `groupId` for FIFO queues. @throws AccessDenied */
  send(
    caller: Caller,
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
    groupId?: string,
  ): void;
}
