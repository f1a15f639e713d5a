import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Alias, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';

/** Orders behind an HTTP API; their alias moves by a deployment group, watched by an alarm. */
export function addStack(app: App, code: string): void {
  const stack = new Stack(app, 'Orders');
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
  });
  const receive = new Lambda(stack, 'Receive', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'receive.handler',
    code: Code.fromAsset(`${code}/receive`),
    environment: { TABLE: table.tableName },
  });
  table.grantReadWriteData(receive);
  const live = new Alias(stack, 'Live', { aliasName: 'live', version: receive.currentVersion });
  const period = Duration.minutes(1);
  const errors = live.metricErrors({ period }).createAlarm(stack, 'Errors', {
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  new LambdaDeploymentGroup(stack, 'Deployments', {
    alias: live,
    deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
    alarms: [errors],
  });
  const api = new HttpApi(stack, 'Api');
  api.addRoutes({
    path: '/orders',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('Orders', live),
  });
  new CfnOutput(stack, 'Url', { value: api.apiEndpoint });
}
