import { Stack, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  catchAll,
  engineRoutes,
  type HttpAccess,
  type HttpFunction,
  type HttpRoute,
  routesByToken,
  signInRoutes,
  slackRoutes,
} from '../../core/contract/api/http-routes.ts';
import { routeKey } from '../../core/contract/api/routes.ts';
import { arnIn } from '../constructs/permissions.ts';

/** Why a route that API Gateway lets anybody to is safe all the same. */
const openBecause: Readonly<Record<Exclude<HttpAccess, 'iam'>, string>> = {
  'access-token':
    'The function checks the issuer, the audience, the scope and the signature of the access token, and whom it names.',
  'approval-link': 'The link is signed for one person and one approval; the function checks it.',
  'one-time-link': 'A short-lived link, minted by IAM and good once, opens a session.',
  session: 'The function asks for the session that a one-time link or a sign-in opened.',
  'slack-signature': 'Slack signs the request, and cannot by IAM; the function checks the signature.',
  'before-session': 'People who sign in have no session yet; the function checks what the issuer answers.',
  anybody: 'The function describes the API as its source does, or answers that there is nothing. It reads nothing.',
};

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

interface KeyedRoute extends Pick<HttpRoute, 'function' | 'access'> {
  /** As API Gateway names it: `GET /releases/{id}`. */
  readonly key: string;
}

function keyed(route: HttpRoute): KeyedRoute {
  return { key: routeKey(route), function: route.function, access: route.access };
}

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
    const all = [...engineRoutes, ...(takesTokens ? routesByToken : [])].map(keyed);
    const ofFunction = (name: HttpFunction) => [...all, catchAll].filter((route) => route.function === name);
    this.addRoutes(ofFunction('read'), 'read', read);
    this.addRoutes(ofFunction('decide'), 'decide', decide);
    if (interact !== undefined) this.addRoutes(slackRoutes.map(keyed), 'interact', interact);
    if (signIn !== undefined) this.addRoutes(signInRoutes.map(keyed), 'sign-in', signIn);
  }

  private addRoutes(some: readonly KeyedRoute[], name: HttpFunction, functionArn: string): void {
    const integration = this.integrate(name, functionArn);
    for (const { key, access } of some) {
      const route = new CfnRoute(this, `Route ${key}`, {
        apiId: this.id,
        routeKey: key,
        target: `integrations/${integration}`,
        authorizationType: access === 'iam' ? 'AWS_IAM' : 'NONE',
      });
      if (access !== 'iam')
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: openBecause[access] });
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

  private integrate(name: HttpFunction, functionArn: string): string {
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
