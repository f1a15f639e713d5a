import type { IncomingMessage } from 'node:http';

/** A request, read whole. Header names are in lower case; `path` is still percent-encoded. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The headers as they came, over which a signature is made. */
  readonly signedHeaderValues: Readonly<Record<string, string | undefined>>;
  /** The body as it came, over which a signature is made. */
  readonly rawBody: Buffer;
  /** The body with chunked signing framing taken off. */
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Reads a request to its end. */
export async function readHttp(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const rawBody = Buffer.concat(chunks);
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    rawBody,
    signedHeaderValues: headers,
    ...unchunk(rawBody, headers),
  };
}

/**
 * Takes off the framing of `aws-chunked` uploads and puts their trailing checksum among the headers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
function unchunk(
  raw: Buffer,
  headers: Record<string, string | undefined>,
): { body: Buffer; headers: Record<string, string | undefined> } {
  if (!(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')) return { body: raw, headers };
  const parts: Buffer[] = [];
  let position = 0;
  const line = (): string => {
    const end = raw.indexOf('\r\n', position);
    const text = raw.toString('latin1', position, end === -1 ? raw.length : end);
    position = end === -1 ? raw.length : end + 2;
    return text;
  };
  for (;;) {
    const size = Number.parseInt(line().split(';')[0] ?? '', 16);
    if (!(size > 0)) break;
    parts.push(raw.subarray(position, position + size));
    position += size + 2;
  }
  const trailers: Record<string, string | undefined> = {};
  while (position < raw.length) {
    const [name = '', ...value] = line().split(':');
    if (name !== '') trailers[name.toLowerCase()] = value.join(':').trim();
  }
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked');
  const kept = { ...headers, ...trailers, 'content-encoding': encoding.length === 0 ? undefined : encoding.join(',') };
  return { body: Buffer.concat(parts), headers: kept };
}
