import { longestAnswer } from '../../core/sign-in/token-rules.ts';

/** What of a request's options is used here. */
interface Options {
  readonly method?: string;
  readonly headers?: Record<string, string> | Headers;
  readonly body?: string | URLSearchParams | ArrayBuffer | Uint8Array | ReadableStream | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** `fetch` that follows nothing, and reads no more than an issuer has to say. @throws TypeError where the answer is longer */
export async function boundedFetch(url: string | URL, options: Options = {}): Promise<Response> {
  const { method = 'GET', headers: asked = {}, body = null, signal = null } = options;
  const answer = await fetch(url, { method, headers: asked, body, signal, redirect: 'manual' });
  // Of 204, 205 and 304, too, which no answer with a body could be made of.
  if (answer.body === null) return answer;
  const { status, headers } = answer;
  return new Response(await readBounded(answer.body), { status, headers });
}

async function readBounded(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const part = read.value;
    bytes += part.byteLength;
    if (bytes > longestAnswer) {
      // What nobody reads would keep the connection, and go on.
      await reader.cancel();
      throw new TypeError(`An answer of the issuer is longer than ${longestAnswer} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}
