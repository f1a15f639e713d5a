import type { Made } from '../model/resource.ts';
import type { Fields } from '../model/values.ts';

/** The function that events come to, or its alias. */
export interface EventTarget {
  readonly functionId: string;
  /** Logical id of the function or of the alias. */
  readonly id: string;
  /** How others name it, so that it is invoked. */
  readonly name: unknown;
  readonly arn: unknown;
  readonly attributes: Fields;
  readonly condition: unknown;
}

/** An event of a function, whose shape was looked at. */
export interface FunctionEvent {
  /** Its name within the function. */
  readonly name: string;
  /** The logical id that it gives to what is made of it. */
  readonly id: string;
  readonly properties: Fields;
  readonly target: EventTarget;
  /** The role of the function, for what reading the events takes. */
  readonly role: Made;
  /** Logical ids of resources of the template that the event changes. */
  readonly touched: Set<string>;
}
