import type { Caller } from './principal.ts';
import type { Authorization } from './service.ts';

/** A statement without which IAM would have refused a request, whatever else allows. */
export interface SoleGround {
  readonly kind: 'identity' | 'boundary' | 'resource';
  /** ARN of the managed policy, of the role or user whose inline policy it is, or of the resource whose policy it is. */
  readonly holder: string;
  /** Name of the inline policy. */
  readonly inline?: string;
  /** Place of the statement in its document. */
  readonly statement: number;
  /** Places in its `Action` of what matches the request: where it is one, that one alone allowed it. */
  readonly actions: readonly number[];
  /** The same of its `Resource`. */
  readonly resources: readonly number[];
}

/** What happened, for observers (the timeline of `npm start`, tests): never part of what a service decides by. */
export type Observation =
  | {
      readonly kind: 'email';
      readonly account: string;
      readonly to: readonly string[];
      readonly subject: string;
      readonly text: string;
      readonly html?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** `Message-ID` of what is delivered. */
      readonly messageId: string;
    }
  | { readonly kind: 'notification'; readonly account: string; readonly topicArn: string; readonly message: string }
  /** A service puts a message on a queue: a rule what it could not deliver, a function what it failed at. */
  | {
      readonly kind: 'message';
      readonly account: string;
      readonly region: string;
      readonly queue: string;
      readonly body: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'log';
      readonly account: string;
      readonly region: string;
      readonly group: string;
      readonly line: string;
    }
  | {
      readonly kind: 'call';
      readonly service: string;
      readonly operation: string;
      readonly caller: Caller;
      readonly input: unknown;
      readonly error?: string;
    }
  | {
      readonly kind: 'event';
      readonly account: string;
      readonly region: string;
      readonly bus: string;
      readonly source: string;
      readonly detailType: string;
      readonly detail: unknown;
      /** The names of the bus's rules that it matches. */
      readonly rules: readonly string[];
    }
  /** A function begins with an event. */
  | {
      readonly kind: 'invocation';
      readonly account: string;
      readonly functionName: string;
      /** Its execution environment, as `principal.executionEnvironment` of the calls it makes. */
      readonly environment: string;
      /** JSON. */
      readonly event: string;
    }
  /** What IAM decided about one request, also where the asking service swallows a refusal. */
  | {
      readonly kind: 'decision';
      readonly caller: Caller;
      readonly ask: Authorization;
      readonly allowed: boolean;
      /** What alone allowed it; to be asked while it is observed. Session policies are not spoken of. */
      readonly soleGrounds: () => readonly SoleGround[];
    };
