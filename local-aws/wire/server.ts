import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cbor } from '@smithy/core/cbor';
import { AwsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Caller } from '../kernel/principal.ts';
import type { UnsignedAnswer } from '../kernel/service.ts';
import { writeAnswer, writeError, type Protocol } from './answers.ts';
import { authenticate, scopeOf } from './authentication.ts';
import { readHttp, type HttpAnswer, type HttpRequest } from './http.ts';
import { parseJson, readJson } from './json.ts';
import { loadModels, type OperationModel, type ServiceModel } from './model.ts';
import { readQuery } from './query.ts';
import { readRest, routeRest } from './rest.ts';

/** The one loopback port on which all services of the local AWS answer, told apart as AWS's own signatures tell them apart. */
export class WireServer {
  private readonly models = loadModels();
  private readonly server: Server;

  constructor(private readonly kernel: Kernel) {
    this.server = createServer((request, response) => void this.serve(request, response));
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens on 127.0.0.1; port 0 takes any free one. Returns the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The local AWS could not listen on loopback.');
    return address.port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      // A call counts as busy by itself: to hold time here as well would keep it slow while the call waits on the clock.
      const request = await this.kernel.clock.busy(() => readHttp(message));
      const answer = await this.answer(request, requestId);
      if (answer === undefined) return void response.destroy();
      response.writeHead(answer.status, {
        ...answer.headers,
        'x-amzn-requestid': requestId,
        'x-amz-request-id': requestId,
        date: this.kernel.clock.date().toUTCString(),
        ...(message.method === 'HEAD' ? {} : { 'content-length': String(answer.body.length) }),
      });
      response.end(message.method === 'HEAD' ? undefined : answer.body);
    } catch (error) {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private async answer(request: HttpRequest, requestId: string): Promise<HttpAnswer | undefined> {
    let model: ServiceModel | undefined;
    let protocol: Protocol = 'rest-json';
    try {
      if (request.headers['authorization'] === undefined) {
        const taken = this.kernel.takeUnsigned(request);
        if (taken !== undefined) return writeUnsigned(taken);
      }
      model = this.modelFor(request);
      protocol = protocolOf(request, model);
      const caller = await this.caller(request);
      const { operation, input } = read(request, model, protocol);
      const output = await this.kernel.dispatch(operation.namespace, operation.name, input, caller);
      return writeAnswer(output, operation, model, protocol, requestId);
    } catch (error) {
      if (error instanceof AwsError) {
        // A killed caller is not there to be answered; a lost connection has no answer.
        return error.code === 'ConnectionReset' ? undefined : writeError(error, model, protocol, requestId);
      }
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`The local AWS failed at ${request.method} ${request.path}: ${text}\n`);
      return writeError(
        new AwsError('InternalFailure', `The local AWS failed: ${text}`, 500),
        model,
        protocol,
        requestId,
      );
    }
  }

  private async caller(request: HttpRequest): Promise<Caller> {
    if (scopeOf(request) !== undefined) return authenticate(request, this.kernel.port.iam);
    throw new AwsError(
      'MissingAuthenticationToken',
      'The request is not signed; the local AWS takes signed requests only.',
      403,
    );
  }

  private modelFor(request: HttpRequest): ServiceModel {
    const name = scopeOf(request)?.service ?? '';
    // One name signs for two services, and every path of the second begins with its version.
    const isRest = name === 'apigateway' && !request.path.startsWith('/v2/');
    const model = this.models.get(isRest ? 'apigateway-v1' : name);
    if (model === undefined) {
      throw new AwsError(
        'NotImplementedByLocalAws',
        name === ''
          ? 'The request is not signed, so it names no service.'
          : `The local AWS does not implement the service ${name}.`,
        501,
      );
    }
    return model;
  }
}

/** S3's own error document, or nothing. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function writeUnsigned({ status, code }: UnsignedAnswer): HttpAnswer {
  const text = code === undefined ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
  return { status, headers: code === undefined ? {} : { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

function protocolOf(request: HttpRequest, model: ServiceModel): Protocol {
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  if (form && model.style !== 'rest-xml' && model.style !== 'rest-json') return 'query';
  return model.style;
}

function read(
  request: HttpRequest,
  model: ServiceModel,
  protocol: Protocol,
): { operation: OperationModel; input: unknown } {
  switch (protocol) {
    case 'json': {
      const [target = '', name = ''] = (request.headers['x-amz-target'] ?? '').split(/\.(?=[^.]+$)/);
      const operation = named(name, model);
      if (target !== model.target)
        throw new AwsError('UnknownOperationException', `${target} is no target of ${model.signingName}.`);
      return { operation, input: readJson(parseJson(request.body), operation.input, name) ?? {} };
    }
    case 'cbor': {
      const name = /\/operation\/([^/]+)$/.exec(request.path)?.[1] ?? '';
      const operation = named(name, model);
      return {
        operation,
        input: readJson(parseCbor(request.body), operation.input, name) ?? {},
      };
    }
    case 'query':
      return readQuery(request.body, model);
    case 'rest-json':
    case 'rest-xml': {
      const { operation, labels } = routeRest(request, model);
      return { operation, input: readRest(request, operation, labels, protocol === 'rest-xml') };
    }
  }
}

function named(name: string, model: ServiceModel): OperationModel {
  const operation = model.operations.get(name);
  if (operation === undefined)
    throw new AwsError('UnknownOperationException', `${model.signingName} has no operation ${name}.`);
  return operation;
}

function parseCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = cbor.deserialize(body);
    return parsed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('SerializationException', `The body is not CBOR: ${reason}`);
  }
}
