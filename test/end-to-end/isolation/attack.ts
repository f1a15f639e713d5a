/** What an attacker is told of the victim and of Sluice in the target that they share. */
export interface Scene {
  readonly account: string;
  readonly region: string;
  /** The engine's account. */
  readonly engine: string;
  /** The victim's. */
  readonly functionName: string;
  readonly version: string;
  readonly roleName: string;
  readonly secret: string;
  readonly parameter: string;
  readonly table: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly topicArn: string;
  readonly bus: string;
  readonly rule: string;
  readonly alarm: string;
  readonly machineArn: string;
  readonly executionArn: string;
  readonly apiId: string;
  readonly keyId: string;
  readonly assetKey: string;
  /** Made by hand, without a tag. */
  readonly untaggedSecret: string;
  readonly untaggedLogGroup: string;
  /** A mail identity of the account. */
  readonly sender: string;
  /** Sluice's, in the target. */
  readonly assetBucket: string;
  readonly releaseBucket: string;
  readonly deadLettersUrl: string;
  /** The attacker's own. */
  readonly ownRole: string;
  readonly ownFunction: string;
  readonly ownRoleWithoutBoundary: string;
}

/** A way in that is closed, or a loss that `docs/deploying.md` lists under its words. */
export type Expectation = 'refused' | { readonly listed: string };

/** How one attack ended. */
export interface Outcome {
  readonly name: string;
  /** The error's name and message; undefined where it was done. */
  readonly error?: string;
}
