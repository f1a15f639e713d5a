import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect } from 'vitest';
import { approvalMessage, buildApprovalLink } from '../../../core/approval/link.ts';
import { problemDocument, problemType, sessionDocument } from '../../../core/contract/api/documents.ts';
import { approvalItem } from '../../../core/ledger/items.ts';
import { releasePartition } from '../../../core/ledger/keys.ts';
import { answerHttp, type HttpAnswer } from '../../../engine/http/event.ts';
import { parseItem, readAll } from '../../../engine/ledger/read.ts';
import { createDecideApp } from '../../../functions/decide/app.tsx';
import { createReadApp } from '../../../functions/read/app.tsx';
import { requireDescribed } from '../described.ts';
import { fakePlans, fakeSchedule, fakeWorkflow } from '../fakes/schedule.ts';
import { policyOf, templateOf, TestEngine } from '../fakes/test-engine.ts';
import { startTestLedgers, type TestLedgers } from '../fakes/test-ledgers.ts';

const keeper = 'arn:aws:sts::111111111111:assumed-role/keeper/bob';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const apiUrl = 'https://api.example.com';

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly base64?: boolean;
}

/** An engine with a release that waits for an approval, which anybody may ask anything. */
export class HostileEngine {
  readonly #ledgers: TestLedgers;
  readonly #engine: TestEngine;
  readonly #defects: unknown[] = [];
  release = '';
  /** Path and query of a link that is good. */
  link = '';
  session = '';

  private constructor(ledgers: TestLedgers, engine: TestEngine) {
    this.#ledgers = ledgers;
    this.#engine = engine;
  }

  static async open(): Promise<HostileEngine> {
    const ledgers = await startTestLedgers();
    const engine = new TestEngine(await ledgers.open());
    engine.policy = policyOf({ approval: { from: ['approvers'] } });
    const hostile = new HostileEngine(ledgers, engine);
    hostile.release = await engine.drop('1', templateOf('A'));
    for (const task of ['validate', 'lookAhead', 'askForApproval']) await engine.run(task, hostile.release);
    hostile.link = await hostile.#goodLink();
    const { body } = await hostile.ask({ method: 'POST', path: '/v1/sessions' });
    const minted = sessionDocument.parse(JSON.parse(body));
    const opened = await hostile.ask({ method: 'POST', path: new URL(minted.url).pathname });
    hostile.session = (opened.cookies[0] ?? '').split(';')[0] ?? '';
    return hostile;
  }

  close(): Promise<void> {
    return this.#ledgers.close();
  }

  async #goodLink(): Promise<string> {
    const [found] = await readAll(this.#engine.ledger, releasePartition(this.release), 'approval#');
    if (found === undefined) throw new Error('no approval was asked for');
    const { release } = this;
    const approval = parseItem(approvalItem, found);
    const claims = { person: 'ada@example.com', expires: approval.deadline, keyId: 'key' };
    const signature = createSign('sha256').update(approvalMessage(approval, claims)).sign(privateKey, 'base64url');
    const { pathname, search } = new URL(
      buildApprovalLink(apiUrl, { approval: approval.approval, release, ...claims, signature }),
    );
    return `${pathname}${search}`;
  }

  /** Goes the way of API Gateway's event, to the function whose route it is. */
  async ask({ method, path, query = '', headers = {}, cookies = [], body, base64 = false }: Ask): Promise<HttpAnswer> {
    const { ledger, answers, notifier, policy, clock } = this.#engine;
    const links = { publicKeyPem: () => Promise.resolve(publicKey.export({ type: 'spki', format: 'pem' }).toString()) };
    const [rawPath = '', own = ''] = path.split('?');
    const event = {
      version: '2.0',
      rawPath,
      rawQueryString: [own, query].filter((part) => part !== '').join('&'),
      ...(cookies.length === 0 ? {} : { cookies }),
      headers,
      ...(body === undefined ? {} : { body }),
      isBase64Encoded: base64,
      requestContext: {
        domainName: 'api.example.com',
        http: { method },
        ...(path.startsWith('/v1') ? { authorizer: { iam: { userArn: keeper } } } : {}),
      },
    };
    const decides = method !== 'GET' || /^\/(approvals|open|v1\/whoami)/.test(path);
    const invocation = clock.invocationOf(decides ? 'decide' : 'read');
    const log = { ...invocation.log, error: (_: string, problem: unknown) => void this.#defects.push(problem) };
    return answerHttp(event, (request, caller) =>
      decides
        ? createDecideApp(
            {
              ...{ ledger, answers, notifier, policy, links, apiUrl },
              ...{ schedule: fakeSchedule, workflow: fakeWorkflow(), ...fakePlans() },
            },
            { ...invocation, log },
            caller,
          ).fetch(request)
        : createReadApp(this.#engine, { ...invocation, log }, caller).fetch(request),
    );
  }

  /** Never a 5xx; a refusal says in a sentence of ours what is wrong: the API by a problem document, the pages by a page. */
  expectOurs({ statusCode, headers, body }: HttpAnswer, { method, path }: Ask): void {
    requireDescribed(method, path, { status: statusCode, contentType: headers['content-type'], text: body });
    const seen = JSON.stringify([path, body.slice(0, 300), String(this.#defects.at(-1))]);
    expect(statusCode, seen).toBeLessThan(500);
    // The script of the pages is code.
    expect(body.replace(/<script>.*?<\/script>/s, ''), seen).not.toMatch(
      /TypeError|Validation|ZodError|SyntaxError|Internal|undefined|Invalid input|Unrecognized|Too big|\.[cm]?[jt]sx?:\d+:\d+/,
    );
    if (statusCode < 400) return;
    if (headers['content-type']?.startsWith('text/html') === true) {
      expect(path, seen).not.toMatch(/^\/v1\//);
      expect(body, seen).toMatch(
        /<h1>(Error|This page does not open|Nothing was done|This link does not open|There is nothing here|Please open a session)<\/h1><div class="notice[^"]*">[^<]+[.)]</,
      );
      return;
    }
    expect(headers['content-type'], seen).toBe(problemType);
    const problem = problemDocument.parse(JSON.parse(body));
    expect(problem, seen).toMatchObject({ status: statusCode, type: `urn:sluice:error:${problem.code}` });
    expect(problem.detail, seen).toMatch(/[.)]$/);
    expect(problem.detail.length, seen).toBeLessThan(2000);
  }
}
