import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, DefinitionBody, Fail, StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';

/** A loan is assessed by a state machine in JSONPath, which has no name of its own. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Loans');
  const lambdaFunction = new Lambda(stack, 'Assess', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'assess.handler',
    code: Code.fromAsset(`${code}/assess`),
  });
  const assess = new LambdaInvoke(stack, 'Assess the loan', { lambdaFunction, outputPath: '$.Payload' });
  const decide = new Choice(stack, 'Decide')
    .when(Condition.numberGreaterThan('$.score', 600), new Succeed(stack, 'Granted'))
    .otherwise(new Fail(stack, 'Refused', { error: 'Refused', cause: 'The score is too low.' }));
  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(assess.next(decide)),
    timeout: Duration.minutes(5),
  });
}
