// What answers CloudFormation's custom resources in AWS (the module cfn-response, CDK's handlers) takes the host and the path of the response
// URL, and always port 443 with TLS. The local AWS listens without TLS, on a port of its own.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const RESPONSES = '/cloudformation-custom-resource-response-';

/** Answers on their way: an invocation ends after them, as Lambda waits for an empty event loop. */
const underWay = new Set();

/** Sends such answers to where the local AWS listens. */
export function answerPlainly(endpoint) {
  const { hostname, port } = new URL(endpoint);
  const secure = https.request;
  https.request = (options, ...rest) => {
    const host = options.hostname ?? options.host;
    if (host !== hostname || options.path?.startsWith(RESPONSES) !== true) return secure(options, ...rest);
    const request = http.request({ ...options, protocol: 'http:', port, agent: undefined }, ...rest);
    const closed = new Promise((resolve) => request.once('close', resolve));
    underWay.add(closed);
    void closed.then(() => underWay.delete(closed));
    return request;
  };
  syncBuiltinESMExports();
}

export function answersSent() {
  return Promise.all(underWay);
}
