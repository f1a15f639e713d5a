import * as z from 'zod';
import type { Caller } from '../../core/approval/caller.ts';
import { RequestInvalid, SluiceError } from '../../core/contract/errors.ts';
import { visibleLines } from '../../core/values/text.ts';
import { refuse, requestIdHeader } from './refusals.ts';
import { encodedPath, isOnRoute } from './route.ts';
import type { FindSigningIn } from './signing-in.ts';

/**
 * HTTP API events, payload format 2.0, to and from web requests.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
const httpEvent = z.object({
  version: z.literal('2.0'),
  /** The route that API Gateway chose: nothing else says by which authorization a request came. */
  routeKey: z.string(),
  rawPath: z.string(),
  rawQueryString: z.string(),
  cookies: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({
    domainName: z.string(),
    requestId: z.string().optional(),
    http: z.object({ method: z.string(), sourceIp: z.string().optional() }),
    authorizer: z.object({ iam: z.object({ userArn: z.string() }).optional() }).optional(),
  }),
});

/** A function's answer to API Gateway. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Who answers HTTP. */
interface Answering {
  /** Answers a request on a route of its own. @param caller the IAM principal that API Gateway verified; absent on open routes */
  readonly answer: (request: Request, caller: Caller | undefined) => Response | Promise<Response>;
  /** Where people sign in, for the page that says that there is nothing. */
  readonly signIn?: FindSigningIn | undefined;
}

/** Turns the event into a request, has it answered, and turns the response into an answer. What no route is for reaches nothing. */
export async function answerHttp(event: unknown, { answer, signIn }: Answering): Promise<HttpAnswer> {
  const parsed = httpEvent.parse(event);
  const request = requestOf(parsed);
  const principal = parsed.requestContext.authorizer?.iam?.userArn;
  const caller = principal === undefined ? undefined : { principal };
  const response = await responseTo(request, parsed.routeKey);
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  return {
    statusCode: response.status,
    headers,
    cookies: response.headers.getSetCookie(),
    body: parsed.requestContext.http.method === 'HEAD' ? '' : await bodyOf(response),
  };

  async function responseTo(asked: Request | RequestInvalid, routeKey: string): Promise<Response> {
    if (asked instanceof SluiceError) return refuse(asked);
    const { pathname } = new URL(asked.url);
    if (isOnRoute(routeKey, asked.method, pathname)) return answer(asked, caller);
    // Most functions never need its page.
    const { answerNotHere } = await import('./not-here.tsx');
    return answerNotHere(asked, signIn);
  }
}

/** In a page, what acts on the browser's text or cannot be seen is made visible, in one place for all pages. */
async function bodyOf(response: Response): Promise<string> {
  const text = await response.text();
  return (response.headers.get('content-type') ?? '').startsWith('text/html') ? visibleLines(text) : text;
}

/** The request; an error where it is none that HTTP allows (API Gateway hands on more than that). */
function requestOf(event: z.infer<typeof httpEvent>): Request | RequestInvalid {
  const { http, domainName, requestId } = event.requestContext;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const takesBody = http.method !== 'GET' && http.method !== 'HEAD';
  const body =
    event.body === undefined || !takesBody
      ? undefined
      : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  try {
    const path = encodedPath(event.rawPath);
    const url = new URL(`https://${domainName}${path}${query}`);
    // A URL would take the segment before it away: another path than the one that API Gateway let through.
    if (url.pathname !== path) return new RequestInvalid('A path must not have the segments "." and "..".');
    const headers = new Headers(event.headers);
    // Nobody else says what it is.
    headers.delete(requestIdHeader);
    if (requestId !== undefined) headers.set(requestIdHeader, encodeURIComponent(requestId));
    if (event.cookies !== undefined) headers.set('cookie', event.cookies.join('; '));
    return new Request(url, {
      method: http.method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  } catch (cause) {
    return new RequestInvalid(
      'The request is no HTTP: its method, path or a header has characters that HTTP does not allow.',
      { cause },
    );
  }
}
