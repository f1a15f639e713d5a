import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Details } from './history.ts';
import type { Json } from './json.ts';
import type { Integration } from './resources.ts';

/** One attempt at a Task. */
export interface AttemptRequest {
  readonly integration: Integration;
  readonly arguments: Json;
  readonly token: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** Aborting it cancels the attempt. */
  readonly signal: AbortSignal;
  /** The call was taken; its result is still to come (token or child execution). */
  readonly onSubmitted: (output: Json) => void;
}

export type Outcome =
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly kind: 'timedOut'; readonly missedHeartbeat: boolean };

/** All that the interpreter needs of the world. */
export interface Host {
  readonly region: string;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: { readonly [name: string]: Json };
  /** Engine time in milliseconds. */
  now(): number;
  /** From 0 to 1, for jitter. */
  random(): number;
  record(type: HistoryEventType, previous: number, details: Details): number;
  previousOf(event: number): number;
  /** A state is entered, or retried: what AWS bills as a transition. */
  countTransition(): void;
  /** @throws Aborted when the signal fires first */
  sleepUntil(at: number, label: string, signal: AbortSignal): Promise<void>;
  /** A fresh token for a Task that waits for one. */
  issueToken(): string;
  /** @throws Aborted when the signal fires first */
  attempt(request: AttemptRequest): Promise<Outcome>;
  /** Runs a branch's work: time passes as real time does meanwhile. */
  work<T>(branch: () => Promise<T>): Promise<T>;
  /** Waits for branches: the waiting itself does not keep time slow. */
  join<T>(branches: () => Promise<T>): Promise<T>;
}
