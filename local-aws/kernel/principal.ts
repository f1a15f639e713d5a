/** An IAM policy document, parsed. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export type OneOrMany<T> = T | readonly T[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;
}

/** Who makes a call. */
export type Principal =
  | { readonly type: 'root'; readonly account: string; readonly arn: string }
  | { readonly type: 'user'; readonly account: string; readonly arn: string; readonly userName: string }
  | {
      readonly type: 'assumedRole';
      readonly account: string;
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: string;
      readonly roleArn: string;
      readonly roleName: string;
      readonly sessionName: string;
      /** `AROA…:<session>`, what GetCallerIdentity calls UserId. */
      readonly userId: string;
      readonly sessionPolicies: readonly PolicyDocument[];
      readonly sourceIdentity?: string;
      readonly sessionTags: Readonly<Record<string, string>>;
      readonly transitiveTagKeys: readonly string[];
      /** The Lambda execution environment these credentials were given to; faults use it to kill the caller. */
      readonly executionEnvironment?: string;
    }
  /** A service acting in its own name, for instance EventBridge invoking a function by its resource policy. */
  | {
      readonly type: 'service';
      readonly service: string;
      /** `aws:SourceArn` */
      readonly sourceArn?: string;
      /** `aws:SourceAccount` */
      readonly sourceAccount: string;
      readonly arn: string;
    }
  | { readonly type: 'anonymous'; readonly arn: string };

/** A principal at work: the account and region its call arrives in. */
export interface Caller {
  readonly principal: Principal;
  /** The caller's account; resources without an account in their name are looked up in it. */
  readonly account: string;
  readonly region: string;
}

/** A service acting in its own name, e.g. `serviceCaller('events.amazonaws.com', '111111111111', 'us-east-1', ruleArn)`. */
export function serviceCaller(service: string, account: string, region: string, sourceArn?: string): Caller {
  return {
    principal: {
      type: 'service',
      service,
      sourceAccount: account,
      arn: service,
      ...(sourceArn === undefined ? {} : { sourceArn }),
    },
    account,
    region,
  };
}
