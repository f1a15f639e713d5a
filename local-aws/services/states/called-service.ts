/** A service as Step Functions names it in errors and causes. */
export interface CalledService {
  /** E.g. `Lambda`, the part before the dot of an error name. */
  readonly prefix: string;
  /** E.g. `AWSLambda`, in the cause. */
  readonly service: string;
  /** What an error that the service's API does not define is called. */
  readonly otherwise: string;
  /** The codes that the service's API defines, or the namespace of its model. */
  readonly codes: ReadonlySet<string> | { readonly namespace: string };
  /** Optimised integrations tell causes as version 1 of AWS's SDK for Java does, `aws-sdk` ones as version 2. */
  readonly words: 1 | 2;
}
