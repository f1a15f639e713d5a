const VERSION = '1.0.0';

/** Of the CDK's authorizers, both are answered by a policy: of the HTTP API's, payload format 1.0. */
exports.handler = async ({ authorizationToken, methodArn }) => {
  const Effect = authorizationToken === 'sesame' ? 'Allow' : 'Deny';
  const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }];
  return {
    principalId: 'ada',
    policyDocument: { Version: '2012-10-17', Statement },
    context: { who: 'ada', version: VERSION },
  };
};
