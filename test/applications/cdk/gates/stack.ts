import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';

/** One door for two APIs: a token authorizer of a REST API, and a function and an issuer of tokens of an HTTP API. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Gates');
  const functionOf = (id: string, folder: string): Lambda =>
    new Lambda(stack, id, {
      ...{ runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(`${code}/${folder}`) },
    });
  const door = functionOf('Door', 'door');
  const hello = functionOf('Hello', 'hello');

  const rest = new RestApi(stack, 'Rest', { deployOptions: { stageName: 'v1' } });
  const authorizer = new TokenAuthorizer(stack, 'Token', { handler: door, resultsCacheTtl: Duration.seconds(0) });
  rest.root.addResource('hello').addMethod('GET', new LambdaIntegration(hello), { authorizer });

  const http = new HttpApi(stack, 'Http', {
    defaultAuthorizer: new HttpLambdaAuthorizer('Function', door, { resultsCacheTtl: Duration.seconds(0) }),
  });
  const integration = new HttpLambdaIntegration('Hello', hello);
  http.addRoutes({ path: '/hello', integration });
  http.addRoutes({
    ...{ path: '/members', integration, authorizationScopes: ['gates/read'] },
    authorizer: new HttpJwtAuthorizer('Tokens', 'https://id.example.com', { jwtAudience: ['gates'] }),
  });
  new CfnOutput(stack, 'HttpUrl', { value: http.apiEndpoint });
}
