import { type App, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays, LogGroup } from 'aws-cdk-lib/aws-logs';

/** A REST API with a resource for each noun, and no alias. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Pets');
  const functionOf = (id: string, handler: string): Lambda =>
    new Lambda(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler,
      code: Code.fromAsset(`${code}/handlers`),
      logGroup: new LogGroup(stack, `${id}Logs`, { retention: RetentionDays.ONE_WEEK }),
    });
  const api = new RestApi(stack, 'Api', { deployOptions: { stageName: 'v1' } });
  const pets = api.root.addResource('pets');
  pets.addMethod('GET', new LambdaIntegration(functionOf('List', 'list.handler')));
  pets.addResource('{id}').addMethod('GET', new LambdaIntegration(functionOf('Show', 'show.handler')));
}
