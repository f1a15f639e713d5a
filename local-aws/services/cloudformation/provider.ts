import type { Kernel } from '../../kernel/kernel.ts';
import type { Caller } from '../../kernel/principal.ts';
import type { Recreation } from './specification/recreation.ts';
import type { ResourceSpecification } from './specification/specification.ts';

/** Properties of a resource after every intrinsic was resolved. */
export type Properties = Readonly<Record<string, unknown>>;

/** How a name is made that a template leaves to CloudFormation. */
interface NameOptions {
  /** In small letters. */
  readonly lower?: boolean;
  /** Instead of the stack's name; `''` where the name begins with the logical id. */
  readonly prefix?: string;
}

/** What a provider knows while it works on one resource. */
export interface ResourceContext {
  readonly kernel: Kernel;
  /** Whom CloudFormation acts as: the stack's service role, else the user who called it. Providers act by `kernel.send(caller, …)`. */
  readonly caller: Caller;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** As the template says it: of a custom resource, `Custom::…`. */
  readonly type: string;
  /**
   * A physical name as CloudFormation makes them, `<stack>-<logicalId>-<random>`, cut to `longest` characters;
   * `lower` for services that take lower-case names only.
   */
  name(longest: number, options?: NameOptions): string;
}

/** A resource's failure in words of its own, which CloudFormation shows as they are. */
export class ResourceFailed extends Error {
  constructor(
    reason: string,
    /** What a failed creation has made nevertheless, and a rollback deletes. */
    readonly physicalId?: string,
  ) {
    super(reason);
  }
}

/** Whether the change of one property makes a new resource. */
export function recreationOf(
  provider: ResourceProvider | undefined,
  name: string,
  before: unknown,
  after: unknown,
): Recreation {
  if (provider?.recreation !== undefined) return provider.recreation(name, before, after);
  return provider?.createOnly.includes(name) === true ? 'Always' : 'Never';
}

/** The properties by whose change a new resource takes the place of one. @param changed names of those that differ */
export function replacingProperties(
  provider: ResourceProvider | undefined,
  before: Properties,
  after: Properties,
  changed: readonly string[],
): readonly string[] {
  return changed.filter((name) => recreationOf(provider, name, before[name], after[name]) === 'Always');
}

/** What stands after a create or an update. `physicalId` is what `Ref` gives; `attributes` what `Fn::GetAtt` gives. */
export interface ResourceState {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * One resource type. A provider makes its changes by calling the service's own operations as `context.caller`, so that
 * the stack's role needs the same permissions as in AWS.
 */
export interface ResourceProvider {
  /** E.g. `AWS::Lambda::Function`. */
  readonly type: string;
  /** Every property it implements; a template that sets another is refused by name. */
  readonly properties: readonly string[];
  /** Properties whose change means a replacement (create the new one, delete the old in the clean-up). */
  readonly createOnly: readonly string[];
  /** Decides instead of `createOnly` whether the change of a property's value makes a new resource. */
  readonly recreation?: (name: string, before: unknown, after: unknown) => Recreation;
  /** Where nothing simulates the type: all that is known of it. */
  readonly recorded?: ResourceSpecification;
  /** Where the type behaves: those of its properties of which nothing comes. */
  readonly recordedProperties?: readonly string[];
  /** Attributes that Fn::GetAtt offers. */
  readonly attributes: readonly string[];
  /** Properties whose change fails the update, and the reason that is shown. */
  readonly fixed?: { readonly properties: readonly string[]; readonly reason: string };
  /** Takes any property besides, and may give any attribute. */
  readonly open?: boolean;
  create(properties: Properties, context: ResourceContext): Promise<ResourceState>;
  /** Changes in place. Not called when a createOnly property changed. */
  update(
    physicalId: string,
    properties: Properties,
    previous: Properties,
    context: ResourceContext,
  ): Promise<ResourceState>;
  /** How one that exists already comes into a stack; absent where that is not implemented. */
  readonly importing?: {
    /** The property that is its primary identifier. */
    readonly identifier: string;
    /** The properties that it has; undefined where there is none. */
    read(physicalId: string, context: Pick<ResourceContext, 'kernel' | 'caller'>): Promise<Properties | undefined>;
  };
  /** Deletes; a resource that is gone already is not an error. */
  delete(physicalId: string, properties: Properties, context: ResourceContext): Promise<void>;
}
