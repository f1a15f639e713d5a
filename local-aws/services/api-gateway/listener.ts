import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Kernel } from '../../kernel/kernel.ts';
import { readHttp, type HttpRequest } from '../../wire/http.ts';
import { message, type Answer } from './payload.ts';

/** Answers one request. `rawHeaders` are names and values as they came, one after the other. */
export type Respond = (request: HttpRequest, rawQueryString: string, rawHeaders: readonly string[]) => Promise<Answer>;

/** The loopback port of one API. While a request is in flight the clock is busy. */
export class Listener {
  private readonly server: Server;

  constructor(
    private readonly kernel: Kernel,
    private readonly respond: Respond,
  ) {
    this.server = createServer((incoming, response) => void this.serve(incoming, response));
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens on any free port of 127.0.0.1. Returns the API's endpoint, `http://127.0.0.1:<port>`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this.endpoint();
  }

  endpoint(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('This API does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // The function that answers counts as busy by itself: to hold time here as well would keep it slow while that one waits.
      const request = await this.kernel.clock.busy(() => readHttp(incoming));
      const answer = await this.answer(request, incoming);
      response.setHeader('date', this.kernel.clock.date().toUTCString());
      write(response, answer, incoming.method);
    } catch (error) {
      // The client went away while it was sending.
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async answer(request: HttpRequest, { url = '', rawHeaders }: IncomingMessage): Promise<Answer> {
    try {
      const mark = url.indexOf('?');
      return await this.respond(request, mark === -1 ? '' : url.slice(mark + 1), rawHeaders);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`The local AWS failed at ${request.method} ${request.path} of an API: ${text}\n`);
      return message(500, 'Internal Server Error');
    }
  }
}

function write(response: ServerResponse, { status, headers, cookies, body }: Answer, method: string | undefined): void {
  // The length is that of the body sent, whatever the function says.
  const kept = Object.entries(headers).filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
  response.writeHead(status, {
    ...Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])),
    ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }),
    'content-length': String(body.length),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
