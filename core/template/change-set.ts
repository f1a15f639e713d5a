import { recordOf } from '../values/records.ts';

/** A resource of a change set, as `DescribeChangeSet` returns it with property values. */
export interface ChangeSetResource {
  readonly Action?: string | undefined;
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly Replacement?: string | undefined;
  readonly PolicyAction?: string | undefined;
  /** JSON text of the resource before and after. */
  readonly BeforeContext?: string | undefined;
  readonly AfterContext?: string | undefined;
  readonly Details?: readonly ChangeSetDetail[] | undefined;
}

/** A changed property of the resource. */
interface ChangeSetDetail {
  /** The resource, or `resource.attribute`, whose change causes this one. */
  readonly CausingEntity?: string | undefined;
  readonly Target?: ChangeTarget | undefined;
}

/** What is changed, and its values as text (JSON, where it is no scalar). */
export interface ChangeTarget {
  readonly Attribute?: string | undefined;
  readonly Name?: string | undefined;
  /** E.g. `/Properties/Environment/Variables/LEVEL`. */
  readonly Path?: string | undefined;
  readonly RequiresRecreation?: string | undefined;
  readonly BeforeValue?: string | undefined;
  readonly AfterValue?: string | undefined;
}

/** The properties in the JSON text of a resource; none where there is no text. */
export function propertiesIn(context: string | undefined): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(parseJson(context ?? ''))['Properties']);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
