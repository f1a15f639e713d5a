import { Stack, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { apiRoutes, isSigned, routeKey } from '../../core/contract/api/routes.ts';
import { tokenRoutes } from '../../core/contract/api/token-routes.ts';
import { arnIn } from '../constructs/permissions.ts';

/** The functions that answer HTTP. */
export type ApiFunction = 'read' | 'decide' | 'interact' | 'sign-in';

interface Route {
  readonly key: string;
  readonly function: ApiFunction;
  /** `iam`: signed by an IAM principal. Else why it is open. */
  readonly access: 'iam' | { readonly openBecause: string };
}

const bySignature = { openBecause: 'The link is signed for one person and one approval; the function checks it.' };
const byOneTimeLink = { openBecause: 'A short-lived link, minted by IAM and good once, opens a session.' };
const bySession = { openBecause: 'The function asks for the session that a one-time link or a sign-in opened.' };

const fromAnywhere = {
  openBecause: 'It is for what no route is for: the function answers that there is nothing, whatever was asked.',
};
const byNobody = { openBecause: 'It describes the API as its source does, for anybody, and reads nothing.' };
const bySlack = { openBecause: 'Slack signs the request, and cannot by IAM; the function checks the signature.' };

const beforeSession = {
  openBecause: 'People who sign in have no session yet; the function checks what the issuer answers.',
};
const byToken = {
  openBecause:
    'The function checks the issuer, the audience, the scope and the signature of the access token, and whom it names.',
};

/** The routes by which people sign in, where the policy has an OpenID provider. */
const signInRoutes: readonly Route[] = [
  ...page('/sign-in', 'sign-in', beforeSession),
  ...page('/sign-in/return', 'sign-in', beforeSession),
  { key: 'POST /sign-in/return', function: 'sign-in', access: beforeSession },
];

/** The routes of the API for access tokens, where the policy has it take them. */
const routesByToken: readonly Route[] = tokenRoutes.map((route) => ({
  key: routeKey(route),
  function: route.function,
  access: byToken,
}));

/** A page, which is looked at by HEAD as by GET: mail scanners and chat previews ask so before they show a link. */
function page(path: string, from: ApiFunction, access: Route['access']): readonly Route[] {
  return ['GET', 'HEAD'].map((method) => ({ key: `${method} ${path}`, function: from, access }));
}

/** What answers, and what for. */
interface Answering {
  readonly read: string;
  readonly decide: string;
  /** Undefined where the policy has no Slack, or no OpenID provider. */
  readonly interact: string | undefined;
  readonly signIn: string | undefined;
  /** Does the API take access tokens? */
  readonly takesTokens: boolean;
}

/** The routes that Slack calls, where the policy has Slack. */
const slackRoutes: readonly Route[] = [
  { key: 'POST /slack/interactions', function: 'interact', access: bySlack },
  { key: 'POST /slack/commands', function: 'interact', access: bySlack },
];

/** Every other route of the API. */
const routes: readonly Route[] = [
  ...Object.values(apiRoutes).map((route): Route => ({
    key: routeKey(route),
    function: route.function,
    access: isSigned(route) ? 'iam' : byNobody,
  })),
  ...page('/approvals/{approval}', 'decide', bySignature),
  { key: 'POST /approvals/{approval}', function: 'decide', access: bySignature },
  { key: 'POST /approvals/{approval}/watch', function: 'decide', access: bySignature },
  ...page('/open/{token}', 'decide', byOneTimeLink),
  { key: 'POST /open/{token}', function: 'decide', access: byOneTimeLink },
  { key: '$default', function: 'read', access: fromAnywhere },
  { key: `HEAD ${apiRoutes.describeApi.path}`, function: 'read', access: byNobody },
  ...page('/', 'read', bySession),
  ...page('/releases', 'read', bySession),
  ...page('/releases/{id}', 'read', bySession),
  ...page('/releases/{id}/evidence/{sha256}', 'read', bySession),
  ...page('/releases/{id}/compare', 'read', bySession),
  ...page('/environments/{service}/{environment}', 'read', bySession),
  ...page('/services/{service}', 'read', bySession),
  ...page('/live', 'read', bySession),
  ...page('/sign-out', 'decide', bySession),
  { key: 'POST /sign-out', function: 'decide', access: bySession },
  ...page('/releases/{id}/actions', 'decide', bySession),
  { key: 'POST /releases/{id}/actions', function: 'decide', access: bySession },
  ...page('/releases/{id}/approvals/{approval}', 'decide', bySession),
  { key: 'POST /releases/{id}/approvals/{approval}', function: 'decide', access: bySession },
];

/** One access log line: the caller, the request and its result. Paths of links and sessions are secret, so it has the route instead. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
});

/** The HTTP API: `connect` adds its routes, once the functions that need its URL exist. */
export class Api extends Construct {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly id: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const api = new CfnApi(this, 'Api', {
      name: 'sluice',
      description: 'The ledger, approvals and sessions of Sluice',
      protocolType: 'HTTP',
    });
    this.id = api.ref;
    this.url = api.attrApiEndpoint;
    this.addStage();
  }

  /** Adds the routes. @param functions ARN of each function that answers; none where nobody calls it */
  connect({ read, decide, interact, signIn, takesTokens }: Answering): void {
    const all = [...routes, ...(takesTokens ? routesByToken : [])];
    const ofFunction = (name: ApiFunction) => all.filter((route) => route.function === name);
    this.addRoutes(ofFunction('read'), 'read', read);
    this.addRoutes(ofFunction('decide'), 'decide', decide);
    if (interact !== undefined) this.addRoutes(slackRoutes, 'interact', interact);
    if (signIn !== undefined) this.addRoutes(signInRoutes, 'sign-in', signIn);
  }

  private addRoutes(some: readonly Route[], name: ApiFunction, functionArn: string): void {
    const integration = this.integrate(name, functionArn);
    for (const { key, access } of some) {
      const route = new CfnRoute(this, `Route ${key}`, {
        apiId: this.id,
        routeKey: key,
        target: `integrations/${integration}`,
        authorizationType: access === 'iam' ? 'AWS_IAM' : 'NONE',
      });
      if (access !== 'iam') Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: access.openBecause });
    }
  }

  private addStage(): void {
    const logGroupName = '/aws/vendedlogs/apis/sluice';
    const log = new CfnLogGroup(this, 'AccessLog', { logGroupName, retentionInDays: 365 });
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.id,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: arnIn(this, 'logs', `log-group:${logGroupName}`), format: accessLogFormat },
      defaultRouteSettings: { throttlingBurstLimit: 100, throttlingRateLimit: 50 },
    });
    stage.addResourceDependency(log);
  }

  private integrate(name: ApiFunction, functionArn: string): string {
    const { account, region } = Stack.of(this);
    new CfnPermission(this, `May invoke ${name}`, {
      functionName: functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:${region}:${account}:${this.id}/*/*`,
    });
    const integration = new CfnIntegration(this, `Integration ${name}`, {
      apiId: this.id,
      integrationType: 'AWS_PROXY',
      integrationUri: functionArn,
      payloadFormatVersion: '2.0',
      timeoutInMillis: 30_000,
    });
    return integration.ref;
  }
}
