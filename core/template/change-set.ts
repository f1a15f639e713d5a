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
  readonly Target?:
    | {
        readonly Attribute?: string | undefined;
        readonly Name?: string | undefined;
        readonly Path?: string | undefined;
        readonly RequiresRecreation?: string | undefined;
        readonly BeforeValue?: string | undefined;
        readonly AfterValue?: string | undefined;
      }
    | undefined;
}
