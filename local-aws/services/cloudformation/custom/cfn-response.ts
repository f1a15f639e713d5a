/**
 * The module that CloudFormation puts beside inline code: `require('cfn-response').send(event, context, status, data, physicalId, noEcho)`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
 */
export const CFN_RESPONSE = `
'use strict';
const https = require('https');

exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';
exports.send = (event, context, Status, Data, PhysicalResourceId = context.logStreamName, NoEcho = false) => {
  const { StackId, RequestId, LogicalResourceId } = event;
  const Reason = 'See the details in CloudWatch Log Stream: ' + context.logStreamName;
  const body = JSON.stringify({ Status, Reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId, NoEcho, Data });
  const { hostname, pathname, search } = new URL(event.ResponseURL);
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const done = () => resolve(context.done?.());
    const request = https.request({ hostname, port: 443, path: pathname + search, method: 'PUT', headers }, (response) => {
      response.resume();
      response.once('end', done);
    });
    request.once('error', (error) => {
      console.log('send(..) failed executing https.request(..): ' + error);
      done();
    });
    request.end(body);
  });
};
`;
