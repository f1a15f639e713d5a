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

/** The same for Python: `cfnresponse.send(event, context, responseStatus, responseData, physicalResourceId, noEcho, reason)`. */
export const CFN_RESPONSE_PYTHON = `
import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: " + context.log_stream_name,
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode("utf-8")
    headers = {"content-type": "", "content-length": str(len(body))}
    request = urllib.request.Request(event["ResponseURL"], data=body, headers=headers, method="PUT")
    try:
        with urllib.request.urlopen(request) as response:
            print("Status code:", response.status)
    except Exception as error:
        print("send(..) failed executing urlopen(..):", error)
`;
