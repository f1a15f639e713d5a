/** A service as Step Functions names it in errors and causes. */
export interface CalledService {
  /** E.g. `Lambda`, the part before the dot of an error name. */
  readonly prefix: string;
  /** E.g. `AWSLambda`, in the cause. */
  readonly service: string;
  /** What an error that the service's API does not define is called. */
  readonly otherwise: string;
  /** The codes that the service's API defines; `any` where they are all but denied permissions. */
  readonly codes: ReadonlySet<string> | 'any';
}
