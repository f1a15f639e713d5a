import type { Resource } from '../template.ts';

/** Of a hundred invocations in a minute; more of them are failures that users see. */
const PERCENT = 5;

/**
 * Fires while more than five of a hundred invocations by the alias fail, in two minutes of three. One error alone does not stop a release: what
 * a service fails at every day is no evidence against its next version.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function errorAlarm(functionId: string, alias: string, { Condition }: Resource): Resource {
  const metric = (name: string) => ({
    Id: name.toLowerCase(),
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName: name,
        Dimensions: [
          { Name: 'FunctionName', Value: { Ref: functionId } },
          { Name: 'Resource', Value: { 'Fn::Sub': `\${${functionId}}:${alias}` } },
        ],
      },
      Period: 60,
      Stat: 'Sum',
    },
  });
  return {
    Type: 'AWS::CloudWatch::Alarm',
    ...(Condition === undefined ? {} : { Condition }),
    Properties: {
      AlarmDescription: `More than ${PERCENT}% of the invocations by the alias ${alias} fail.`,
      Metrics: [
        { Id: 'rate', Expression: '100 * errors / invocations', Label: 'Errors, in percent', ReturnData: true },
        metric('Errors'),
        metric('Invocations'),
      ],
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: PERCENT,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    },
  };
}
