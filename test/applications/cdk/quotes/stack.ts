import { type App, Stack } from 'aws-cdk-lib';
import { StepFunctionsRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';

/** A REST API that is a state machine: whoever asks waits for its execution. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Quotes');
  const lambdaFunction = new Lambda(stack, 'Quote', {
    ...{ runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(`${code}/quote`) },
  });
  const quote = new LambdaInvoke(stack, 'Make a quote', { lambdaFunction, outputPath: '$.Payload' });
  const stateMachine = new StateMachine(stack, 'Machine', {
    stateMachineType: StateMachineType.EXPRESS,
    definitionBody: DefinitionBody.fromChainable(quote),
  });
  new StepFunctionsRestApi(stack, 'Api', { stateMachine, deploy: true });
}
