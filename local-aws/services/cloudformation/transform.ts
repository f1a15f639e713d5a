/**
 * What expands a template that names it in its `Transform`: AWS hosts some (`AWS::Serverless-2016-10-31`), and none is built in here.
 * `startLocalAws({ transforms })` is given them by these names. Like AWS's they run when a change set is made, in the template's
 * order, each on what the one before it made. Given the same request, a transform answers the same; it throws nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
 */
export type Transform = (request: TransformRequest) => TransformAnswer;

/** What CloudFormation hands to a transform. */
export interface TransformRequest {
  /** The template as data without its `Transform`, short forms of intrinsic functions written out. It is not to be changed. */
  readonly template: Readonly<Record<string, unknown>>;
  /** What `Ref` gives of each parameter that the template declares: as given, the previous value or the default, a list for list types. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly region: string;
}

/** What a transform makes of a template, or why it does not. */
export type TransformAnswer =
  /** The template that takes its place. */
  | { readonly template: Readonly<Record<string, unknown>> }
  /** Why AWS's own transform would not take it either: the change set fails by `Transform … failed with: `, followed by this. */
  | { readonly refused: string }
  /** What AWS's own transform would expand and this one does not: the request fails by it, as by all that is not implemented here. */
  | { readonly notImplemented: string };

/** Transforms by the names that templates call them by. */
export type Transforms = Readonly<Record<string, Transform>>;
