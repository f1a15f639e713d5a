/** Is it made by a function or topic that CloudFormation asks, and not by a handler of AWS's? */
export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}
