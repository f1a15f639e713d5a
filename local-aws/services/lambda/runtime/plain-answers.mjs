// What answers CloudFormation's custom resources in AWS (the module cfn-response, CDK's handlers) takes the host and the path of the response
// URL, and always port 443 with TLS. The local AWS listens without TLS, on a port of its own.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const RESPONSES = '/cloudformation-custom-resource-response-';

/** Answers on their way: an invocation ends after them, as Lambda waits for an empty event loop. */
const underWay = new Set();
const responses = new Set();

/** Sends such answers to where the local AWS listens. */
export function answerPlainly(endpoint) {
  const { hostname, port } = new URL(endpoint);
  const secure = https.request;
  https.request = (options, ...rest) => {
    const host = options.hostname ?? options.host;
    if (host !== hostname || options.path?.startsWith(RESPONSES) !== true) return secure(options, ...rest);
    const request = http.request({ ...options, protocol: 'http:', port, agent: undefined }, ...rest);
    // Some of CDK's handlers take the response for granted, and never read it: such a request does not close.
    const heard = new Promise((resolve) => {
      request.once('response', (response) => resolve(responses.add(response)));
      request.once('close', resolve);
    });
    underWay.add(heard);
    void heard.then(() => underWay.delete(heard));
    return request;
  };
  syncBuiltinESMExports();
}

/** Waits for what was answered to have arrived. Nobody reads the responses any more then. */
export async function answersSent() {
  await Promise.all(underWay);
  for (const response of responses) response.resume();
  responses.clear();
}
