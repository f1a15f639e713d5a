import type { PolicyDocument, Caller } from './principal.ts';

/** An AWS SDK command seen as a token: it names an operation and carries the types of its input and output. */
export interface SdkCommand<I, O> {
  readonly input: I;
  readonly schema?: unknown;
  // Only there so that the compiler can infer the output's type; never called.
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: O }>;
}

/** The class of an AWS SDK command, e.g. `InvokeCommand`. */
export type SdkCommandClass<I, O> = new (input: I) => SdkCommand<I, O>;

/** What IAM is asked before a handler runs. Every entry has to be allowed. */
export interface Authorization {
  /** The IAM action, e.g. `lambda:InvokeFunction`. */
  readonly action: string;
  /** The ARN the action is on, or `*`. */
  readonly resource: string;
  /** Condition keys beyond the global ones, e.g. `iam:PassedToService`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The resource's own policy where the service has such. */
  readonly resourcePolicy?: PolicyDocument | undefined;
  /** The account that owns the resource, where the ARN does not say it (S3). */
  readonly resourceAccount?: string;
}

/** One call, as a handler sees it. */
export interface Call {
  readonly caller: Caller;
  /** A fresh id for the answer's metadata. */
  readonly requestId: string;
}

/** An operation that a service of the local AWS implements. */
export interface Operation<I, O> {
  readonly command: SdkCommandClass<I, O>;
  /** The input members that are implemented; any other that a caller sets is refused by name. */
  readonly accepts: readonly string[];
  /** What the caller must be allowed to do; `'public'` for what AWS lets anyone call (e.g. GetCallerIdentity). */
  readonly authorize:
    | 'public'
    | ((
        input: I,
        call: Call,
      ) => Authorization | readonly Authorization[] | Promise<Authorization | readonly Authorization[]>);
  readonly handle: (input: I, call: Call) => Promise<Omit<O, '$metadata'>>;
}

/** An operation with its types forgotten, so that operations of all kinds fit one list. */
export interface AnyOperation {
  readonly name: string;
  /** Smithy namespace of the service, e.g. `com.amazonaws.lambda`. */
  readonly namespace: string;
  readonly schema: OperationSchema;
  readonly accepts: ReadonlySet<string>;
  run(input: unknown, call: Call, gate: (asks: 'public' | readonly Authorization[]) => void): Promise<unknown>;
}

/** `[9, namespace, name, traits, input, output]`, as the AWS SDK's clients carry it. */
export type OperationSchema = readonly [9, string, string, unknown, () => unknown, () => unknown];

function isOperationSchema(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

/** The schema of an SDK command, from an instance. */
export function schemaOf(command: { readonly schema?: unknown }): OperationSchema {
  if (!isOperationSchema(command.schema)) throw new TypeError('This AWS SDK command carries no schema.');
  return command.schema;
}

/**
 * Declares an implemented operation: `operation({ command: InvokeCommand, accepts: ['FunctionName', …], authorize, handle })`.
 * The types of input and output are the SDK's own.
 */
export function operation<I, O>(definition: Operation<I, O>): AnyOperation {
  const inputOf = (value: unknown): I => new definition.command(typed<I>(value)).input;
  const schema = schemaOf(new definition.command(typed<I>({})));
  return {
    name: schema[2],
    namespace: schema[1],
    schema,
    accepts: new Set(definition.accepts),
    run: async (raw, call, gate) => {
      const input = inputOf(raw);
      if (definition.authorize === 'public') gate('public');
      else {
        const asked = await definition.authorize(input, call);
        gate(isMany(asked) ? asked : [asked]);
      }
      return definition.handle(input, call);
    },
  };
}

function isMany(asked: Authorization | readonly Authorization[]): asked is readonly Authorization[] {
  return Array.isArray(asked);
}

/** The wire reads requests by the SDK's own schemas, so a request that was read has the shape its type says. */
function typed<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the schema is the check, see above
  return value as T;
}

/** A request without a signature in its headers: what its URL alone may allow, as a presigned one does. */
export interface UnsignedRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** The answer to one: no body, or an error of S3's with that code. */
export interface UnsignedAnswer {
  readonly status: number;
  readonly code: string | undefined;
}

/** One service of the local AWS. */
export interface Service {
  /** The name in a request's credential scope, e.g. `lambda`, `states`, `monitoring`; `apigateway-v1` for REST APIs, which share `apigateway`. */
  readonly signingName: string;
  /** What it implements, in words, and the AWS documentation it follows. */
  readonly documentation: string;
  readonly operations: readonly AnyOperation[];
  /** The tags of one of its resources, for the condition key `aws:ResourceTag`; undefined where it has no such resource. */
  tagsOf?(arn: string): ReadonlyMap<string, string> | undefined;
  /** Where the API of that id, whose address in AWS is `https://<id>.execute-api.<region>.amazonaws.com`, answers here. */
  endpointOf?(apiId: string, region: string): string | undefined;
  /** Answers a request whose URL alone allows it; undefined for one that is none of its. */
  takeUnsigned?(request: UnsignedRequest): UnsignedAnswer | undefined;
  /** Releases processes, ports and stores. */
  close?(): Promise<void>;
}
