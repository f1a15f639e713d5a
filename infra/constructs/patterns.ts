/** Stack statuses at which an operation has ended. */
const restingStackStatuses = [
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
  'DELETE_COMPLETE',
  'DELETE_FAILED',
] as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-ref-stack-status.html */
export const stackEnded = {
  source: ['aws.cloudformation'],
  'detail-type': ['CloudFormation Stack Status Change'],
  detail: { 'status-details': { status: restingStackStatuses } },
} as const;

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
export const deploymentEnded = {
  source: ['aws.codedeploy'],
  'detail-type': ['CodeDeploy Deployment State-change Notification'],
  detail: { state: ['SUCCESS', 'FAILURE', 'STOP'] },
} as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const alarmChanged = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  // Firing now, or no longer firing.
  detail: { $or: [{ state: { value: ['ALARM'] } }, { previousState: { value: ['ALARM'] } }] },
} as const;
