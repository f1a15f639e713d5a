import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

/** What was asked of an engine. */
export interface AskedOf {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As text; empty where there was none. */
  readonly body: string;
}

/** What an engine answers; nothing where the status is all. */
interface Answer {
  readonly status?: number;
  readonly document?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An engine on a loopback port whose answers a test writes; its release bucket takes what is put. */
export interface ScriptedEngine {
  readonly endpoint: string;
  /** All that was asked, but for where the engine is. */
  readonly asked: readonly AskedOf[];
  close(): void;
}

export async function scriptEngine(answer: (asked: AskedOf) => Answer): Promise<ScriptedEngine> {
  const asked: AskedOf[] = [];
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    void text(request).then((body) => {
      if (headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
        const Value = JSON.stringify({ apiUrl: endpoint, bucket: 'bucket', region: 'us-east-1' });
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify({ Parameter: { Value } }));
        return;
      }
      const one = { method, path, headers, body };
      asked.push(one);
      const {
        status = 200,
        document,
        headers: given = {},
      } = method === 'PUT' ? { headers: { 'x-amz-version-id': 'v1' } } : answer(one);
      response.writeHead(status, { 'content-type': 'application/json', ...given });
      response.end(document === undefined ? '' : JSON.stringify(document));
    });
  });
  const endpoint = await new Promise<string>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    }),
  );
  return { endpoint, asked, close: () => server.close() };
}

/** The engine's own refusal of what is not there. */
export const notThere = {
  status: 404,
  document: {
    type: 'urn:sluice:error:SLUICE-603',
    title: 'Not in ledger',
    status: 404,
    detail: 'There is no such release.',
    error: 'NotInLedger',
    code: 'SLUICE-603',
  },
};
