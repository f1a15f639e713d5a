import type { Path } from './template.ts';

/** What holds the stacks together, and what is tried without: one of it at a time. */
export type WireKind =
  | 'grant'
  | 'trust'
  | 'variable'
  | 'rule'
  | 'target'
  | 'dead letters'
  | 'permission'
  | 'route'
  | 'stage'
  | 'bus policy'
  | 'resource policy'
  | 'retries'
  | 'schedule'
  | 'alarm'
  | 'parameter'
  | 'notification'
  | 'index';

/** How it is removed: the value at a place, or a resource with everything that speaks of it. */
export type Removal = { readonly path: Path } | { readonly resource: string };

/** A statement's action, or one of its resources, in the policy or the trust of a role, or in a managed policy. */
export interface Grant {
  readonly kind: 'inline' | 'managed' | 'trust';
  /** Name of the role or of the managed policy. */
  readonly holder: string;
  readonly statement: number;
  /** Place of the action in the statement, where that alone goes. */
  readonly action?: number;
  /** Place of the resource in the statement, where that alone goes. */
  readonly resource?: number;
}

/** One thing that can be removed from a stack. */
export interface Wire {
  /** Unique, and stable as long as the source is: `ReleaseEngine: sluice-gate may kms:Sign`. */
  readonly name: string;
  readonly kind: WireKind;
  readonly removal: Removal;
  readonly grant?: Grant;
  /** The function a variable belongs to. */
  readonly function?: string;
  /** Logical id of the rule by which events take this way. */
  readonly rule?: string;
}

/** A logical id without the digest CDK ends it with. */
export function readableId(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
