/** One alias's move, as an AppSpec describes it. */
export interface AppSpecMove {
  readonly functionName: string;
  readonly aliasName: string;
  readonly from: string;
  readonly to: string;
  /** Functions that CodeDeploy calls before and after the traffic moves. */
  readonly beforeHook?: string | undefined;
  readonly afterHook?: string | undefined;
}

/** The AppSpec of a move, JSON: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html */
export function buildAppSpec({ functionName, aliasName, from, to, beforeHook, afterHook }: AppSpecMove): string {
  const hooks = [
    ...(beforeHook === undefined ? [] : [{ BeforeAllowTraffic: beforeHook }]),
    ...(afterHook === undefined ? [] : [{ AfterAllowTraffic: afterHook }]),
  ];
  const Properties = { Name: functionName, Alias: aliasName, CurrentVersion: from, TargetVersion: to };
  return JSON.stringify({
    version: 0,
    Resources: [{ Function: { Type: 'AWS::Lambda::Function', Properties } }],
    ...(hooks.length === 0 ? {} : { Hooks: hooks }),
  });
}
