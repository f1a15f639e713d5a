import { randomUUID } from 'node:crypto';
import { refuseViolations } from '../constraints/refuse.ts';
import type { Clock } from './clock.ts';
import { AwsError, NotImplemented } from './errors.ts';
import { errorOf, type CallFault, type FaultableCall, type Faults } from './faults.ts';
import type { Meters } from './meters.ts';
import type { Ports } from './ports.ts';
import type { Caller } from './principal.ts';
import {
  schemaOf,
  type AnyOperation,
  type Authorization,
  type SdkCommand,
  type Service,
  type UnsignedAnswer,
  type UnsignedRequest,
} from './service.ts';
import type { Observation } from './observation.ts';

/** What every service of the local AWS is given. */
export class Kernel {
  /** Answers of reads that a fault may make stale. */
  private readonly answers = new Map<string, unknown>();
  private readonly byName = new Map<string, { service: Service; operation: AnyOperation }>();
  private readonly observers = new Set<(observation: Observation) => void>();
  /** Who waits for something to read, by the ARN of what they read. */
  private readonly readers = new Map<string, Set<() => void>>();
  private readonly services: Service[] = [];
  private ports: Ports | undefined;

  constructor(
    readonly clock: Clock,
    readonly faults: Faults,
    readonly meters: Meters,
    /** `http://127.0.0.1:<port>`; what functions find as AWS_ENDPOINT_URL. Known once the server listens. */
    readonly endpoint: () => string,
  ) {}

  /** Completes the kernel: the services, and the ports by which they serve one another. */
  install(services: readonly Service[], ports: Ports): void {
    this.ports = ports;
    for (const service of services) {
      this.services.push(service);
      for (const operation of service.operations) {
        this.byName.set(`${operation.namespace}#${operation.name}`, { service, operation });
      }
    }
  }

  /** The services it was completed with. */
  get installed(): readonly Service[] {
    return this.services;
  }

  get port(): Ports {
    if (this.ports === undefined) throw new Error('The local AWS is not installed yet.');
    return this.ports;
  }

  /** Where an API of API Gateway answers here; undefined where there is none of that id. */
  endpointOf(apiId: string, region: string): string | undefined {
    for (const service of this.services) {
      const endpoint = service.endpointOf?.(apiId, region);
      if (endpoint !== undefined) return endpoint;
    }
    return undefined;
  }

  /** What a service answers to a request that nobody signed; undefined where none takes it. */
  takeUnsigned(request: UnsignedRequest): UnsignedAnswer | undefined {
    for (const service of this.services) {
      const answer = service.takeUnsigned?.(request);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** The implemented operation of that Smithy namespace and name. @throws NotImplemented */
  find(namespace: string, name: string): { service: Service; operation: AnyOperation } {
    const found = this.byName.get(`${namespace}#${name}`);
    if (found === undefined)
      throw new NotImplemented(`the operation ${name} of ${namespace.replace('com.amazonaws.', '')}`);
    return found;
  }

  /**
   * Makes a call as somebody would from outside, without the wire: authorised, counted and subject to faults like any other.
   * `await kernel.send(caller, new PutEventsCommand({ Entries }))`
   */
  async send<I, O>(caller: Caller, command: SdkCommand<I, O>): Promise<O> {
    const schema = schemaOf(command);
    const answer = await this.dispatch(schema[1], schema[2], command.input, caller);
    // oxlint-disable-next-line typescript/consistent-type-assertions -- operation() ties the answer to the command
    return answer as O;
  }

  /** Runs one call: unknown members refused, authorised, faults, handler, counted. */
  async dispatch(namespace: string, name: string, input: unknown, caller: Caller): Promise<unknown> {
    return this.clock.busy(async () => {
      const { service, operation } = this.find(namespace, name);
      this.meters.count('requests', caller.account, `${service.signingName}:${name}`);
      const call = { service: service.signingName, operation: name, caller, input };
      const fault = this.faults.takeCall(call);
      const answer = await this.carryOut(call, operation, service, fault);
      // What was answered took effect, whether or not the caller hears of it.
      if (fault?.kind === 'kill') this.kill(caller);
      return this.faults.mayBeStale(call) ? this.remember(call, answer, fault) : answer;
    });
  }

  private async carryOut(
    call: FaultableCall,
    operation: AnyOperation,
    service: Service,
    fault: CallFault | undefined,
  ): Promise<unknown> {
    const { caller, input } = call;
    try {
      refuseUnknownMembers(operation, service, input);
      refuseViolations(service.signingName, operation.name, input);
      await this.applyFault(fault, caller);
      const answer = await operation.run(input, { caller, requestId: randomUUID() }, (asks) =>
        this.authorize(caller, asks),
      );
      this.observe({ kind: 'call', ...call });
      return answer;
    } catch (error) {
      this.observe({ kind: 'call', ...call, error: error instanceof Error ? error.name : String(error) });
      throw error;
    }
  }

  /** Work that goes on after an answer was given (a delivery, an execution's next state). An error in it is a bug and ends the process. */
  background(label: string, work: () => Promise<void>): void {
    this.clock.busy(work).catch((error: unknown) => {
      queueMicrotask(() => {
        throw new Error(`In the background of the local AWS (${label})`, { cause: error });
      });
    });
  }

  observe(observation: Observation): void {
    for (const observer of this.observers) observer(observation);
  }

  /** Calls `observer` with all that happens from now on; returns what stops it. */
  onObservation(observer: (observation: Observation) => void): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** Tells whoever reads a queue or a stream that something can be read there. */
  tell(arn: string): void {
    for (const look of this.readers.get(arn) ?? []) look();
  }

  /** Calls `look` whenever something can be read from a queue or a stream, also from one that is made later; returns what stops it. */
  onReadable(arn: string, look: () => void): () => void {
    const readers = this.readers.get(arn) ?? new Set();
    this.readers.set(arn, readers.add(look));
    return () => readers.delete(look);
  }

  async close(): Promise<void> {
    this.clock.close();
    for (const service of this.services) await service.close?.();
  }

  private authorize(caller: Caller, asks: 'public' | readonly Authorization[]): void {
    if (asks !== 'public') this.port.iam.authorize(caller, asks);
  }

  /** What a fault does before the call takes effect. */
  private async applyFault(fault: CallFault | undefined, caller: Caller): Promise<void> {
    if (fault === undefined) return;
    if (fault.kind === 'kill') {
      if (fault.when === 'before') this.kill(caller);
      return;
    }
    if (fault.kind === 'delay') await this.clock.waiting(() => this.clock.sleep(fault.milliseconds, 'a delayed call'));
    const error = errorOf(fault);
    if (error !== undefined) throw error;
  }

  /** Keeps a read's answer, and gives the one before where the fault says so. */
  private remember(
    { service, operation, input }: FaultableCall,
    answer: unknown,
    fault: CallFault | undefined,
  ): unknown {
    const key = JSON.stringify([service, operation, input]);
    const before = this.answers.get(key);
    this.answers.set(key, answer);
    return fault?.kind === 'stale' ? (before ?? answer) : answer;
  }

  private kill(caller: Caller): void {
    const environment = caller.principal.type === 'assumedRole' ? caller.principal.executionEnvironment : undefined;
    if (environment === undefined)
      throw new Error(`A kill fault met a call that no function made: ${caller.principal.arn}`);
    this.port.functions.kill(environment);
    throw new AwsError('ConnectionReset', 'The caller was killed.', 500);
  }
}

function refuseUnknownMembers(operation: AnyOperation, service: Service, input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  const refused = Object.entries(input).filter(
    ([member, value]) => value !== undefined && !operation.accepts.has(member),
  );
  if (refused.length === 0) return;
  throw new NotImplemented(
    `${refused.map(([member]) => member).join(', ')} in ${service.signingName}:${operation.name}`,
  );
}
