import { createServer, type Server } from 'node:http';
import type { Hono } from 'hono';
import { requireDescribed } from '../functions/described.ts';

/** An engine on a loopback port, whose API is the functions' own: `sluice` finds it, and asks it. */
export interface EngineServer {
  readonly endpoint: string;
  close(): void;
}

/** @param app which function's routes answer a request */
export async function serveEngine(app: (method: string, path: string) => Hono): Promise<EngineServer> {
  let endpoint = '';
  const server = createServer((request, response) => {
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
      const Value = JSON.stringify({ apiUrl: endpoint, bucket: 'bucket', region: 'us-east-1' });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ Parameter: { Value } }));
      return;
    }
    const { method = 'GET', url = '/' } = request;
    void Promise.resolve(app(method, url).request(url, { method })).then(async (answer) => {
      const text = await answer.text();
      requireDescribed(method, url, { status: answer.status, contentType: answer.headers.get('content-type'), text });
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
    });
  });
  endpoint = await listening(server);
  return { endpoint, close: () => server.close() };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    }),
  );
}
