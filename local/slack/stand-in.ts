import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { messageContent } from './block-kit.ts';
import { page } from './page.ts';
import { type OpenModal, type Whisper, Workspace } from './workspace.ts';

/** Who and what the stand-in knows: the ids stand in the policy of whoever uses it. */
export interface StandInSettings {
  readonly team: string;
  readonly app: string;
  readonly channels: readonly string[];
  /** Names of the people who may press, by their user id. */
  readonly users: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: requests are signed with this time. */
  readonly now: () => number;
}

/** What the app answered to something that a person did. */
export interface Answered {
  readonly status: number;
  /** The media type. */
  readonly type: string | null;
  readonly body: string;
}

/** What is not as Slack would sign it. */
export interface Altered {
  readonly secret?: string;
  readonly at?: number;
}

/** The command that the app's manifest names (docs/slack-app.yaml). */
const COMMAND = '/sluice';

/**
 * Stands in for Slack: its Web API as far as it is used, on a loopback port; a page on which a person reads the messages and presses
 * their buttons; and what Slack sends then, signed as Slack signs it.
 */
export class SlackStandIn {
  readonly botToken = `xoxb-${randomUUID()}`;
  readonly signingSecret = randomUUID().replaceAll('-', '');
  readonly workspace: Workspace;
  /** Where the app takes interactions, and the slash command. */
  interactionsUrl: string | undefined;
  commandsUrl: string | undefined;
  /** How the app is reached. */
  deliver: (request: Request) => Promise<Response> = fetch;
  /** Slack does not answer: every request to it fails. */
  down = false;
  /** Slack has been told too much: https://docs.slack.dev/apis/web-api/rate-limits */
  limited = false;
  readonly #responses = new Map<string, { readonly user: string; readonly channel: string }>();
  #url = '';

  private constructor(
    private readonly settings: StandInSettings,
    private readonly server: Server,
  ) {
    this.workspace = new Workspace(settings.channels, settings.now);
  }

  static async start(settings: StandInSettings): Promise<SlackStandIn> {
    const server = createServer((request, response) => {
      standIn.#answer(request, response).catch((problem: unknown) => {
        response.writeHead(500).end(String(problem));
      });
    });
    const standIn = new SlackStandIn(settings, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The stand-in for Slack has no port.');
    standIn.#url = `http://127.0.0.1:${address.port}`;
    return standIn;
  }

  /** The page. */
  get url(): string {
    return this.#url;
  }

  /** Base URL of the Web API: `SLACK_API_URL`. */
  get apiUrl(): string {
    return `${this.#url}/api/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A person presses a button of a message. @param user its id */
  async press(
    user: string,
    message: { readonly channel: string; readonly ts: string },
    action: string,
  ): Promise<Answered> {
    const { channel, ts } = message;
    const { value } = this.workspace.button(channel, ts, action);
    return this.send(this.pressed(user, message, action, value));
  }

  /** What Slack sends for a press. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
  pressed(
    user: string,
    { channel, ts }: { readonly channel: string; readonly ts: string },
    action: string,
    value: string | undefined,
  ): object {
    const { team, app } = this.settings;
    const response = this.#respondable(user, channel);
    return {
      type: 'block_actions',
      ...{ team: { id: team, domain: 'example' }, user: { id: user, team_id: team }, api_app_id: app },
      token: 'deprecated',
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      ...{ trigger_id: this.workspace.trigger(user), channel: { id: channel, name: 'releases' } },
      response_url: `${this.#url}/actions/${response}`,
      actions: [
        {
          ...{ type: 'button', action_id: action, block_id: 'decide', action_ts: ts },
          ...(value === undefined ? {} : { value }),
        },
      ],
    };
  }

  /** A person submits the modal before them. @returns what the app answered; the modal stays open when it has errors */
  async submit(modal: OpenModal, reason: string): Promise<Answered> {
    const { team, app } = this.settings;
    const { view } = modal;
    const values = Object.fromEntries(
      view.blocks.flatMap((block) =>
        block.type === 'input'
          ? [[block.block_id ?? '', { [block.element.action_id]: { type: 'plain_text_input', value: reason } }]]
          : [],
      ),
    );
    const { callback_id, private_metadata } = view;
    const answered = await this.send({
      type: 'view_submission',
      ...{ team: { id: team, domain: 'example' }, user: { id: modal.user, team_id: team }, api_app_id: app },
      view: { id: modal.id, type: 'modal', callback_id, private_metadata, state: { values } },
    });
    const errors = answered.body === '' ? undefined : refusedFields.safeParse(JSON.parse(answered.body)).data?.errors;
    if (errors === undefined) this.workspace.modals.splice(this.workspace.modals.indexOf(modal), 1);
    else modal.errors = errors;
    return answered;
  }

  /** A person writes a slash command into a channel: what the app answers, or that it did not, they alone see. */
  async command(user: string, channel: string, written: string): Promise<Answered> {
    const began = this.settings.now();
    const answered = await this.sendForm(this.commandsUrl, this.commanded(user, channel, written));
    const late = this.settings.now() - began > PATIENCE;
    this.workspace.whisper(user, channel, late ? tooLate : readAnswer(answered));
    return answered;
  }

  /** What Slack sends for a slash command. https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
  commanded(user: string, channel: string, written: string): Record<string, string> {
    const [, command = '', text = ''] = /^(\/\S+)\s*([^]*)$/.exec(written.trim()) ?? [];
    if (command !== COMMAND)
      throw new Error(`Slack knows no command "${command}": the app's manifest names ${COMMAND}.`);
    const { team, app } = this.settings;
    const response = this.#respondable(user, channel);
    return {
      ...{ token: 'deprecated', team_id: team, team_domain: 'example', channel_id: channel, channel_name: 'releases' },
      ...{ user_id: user, user_name: 'somebody', command, text, api_app_id: app, is_enterprise_install: 'false' },
      ...{ response_url: `${this.#url}/commands/${response}`, trigger_id: this.workspace.trigger(user) },
    };
  }

  /** An id by which the app answers a person where they are. */
  #respondable(user: string, channel: string): string {
    const response = randomUUID();
    this.#responses.set(response, { user, channel });
    return response;
  }

  /** Sends a payload as Slack does. */
  send(payload: object, altered: Altered = {}): Promise<Answered> {
    return this.sendForm(this.interactionsUrl, { payload: JSON.stringify(payload) }, altered);
  }

  /** Sends a form, signed. https://docs.slack.dev/authentication/verifying-requests-from-slack */
  async sendForm(
    url: string | undefined,
    form: Readonly<Record<string, string>>,
    altered: Altered = {},
  ): Promise<Answered> {
    if (url === undefined) throw new Error('The app has no URL for this yet.');
    const body = new URLSearchParams(form).toString();
    const timestamp = String(Math.floor((altered.at ?? this.settings.now()) / 1000));
    const hmac = createHmac('sha256', altered.secret ?? this.signingSecret).update(`v0:${timestamp}:${body}`);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hmac.digest('hex')}`,
    };
    const answer = await this.deliver(new Request(url, { method: 'POST', headers, body }));
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#url);
    const body = await text(request);
    if (request.method === 'POST' && pathname.startsWith('/api/'))
      this.#answerApi(pathname.slice('/api/'.length), request, body, response);
    else if (request.method === 'POST' && pathname.startsWith('/actions/'))
      this.#answerWhisper(pathname.slice('/actions/'.length), body, response);
    else if (request.method === 'POST' && pathname === '/press') await this.#answerPage(body, response);
    else if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
      response.end(page(this.workspace, this.settings, searchParams));
    } else response.writeHead(404).end('There is nothing here.');
  }

  #answerApi(method: string, { headers }: IncomingMessage, body: string, response: ServerResponse): void {
    if (this.down) {
      response.writeHead(503).end('Slack is down.');
      return;
    }
    if (this.limited) {
      response.writeHead(429, { 'retry-after': '30' }).end('{"ok":false,"error":"ratelimited"}');
      return;
    }
    const answer =
      headers.authorization === `Bearer ${this.botToken}`
        ? this.workspace.call(method, readArguments(headers['content-type'], body))
        : { ok: false, error: 'invalid_auth' };
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
  }

  #answerWhisper(id: string, body: string, response: ServerResponse): void {
    const place = this.#responses.get(id);
    const answer = whisper.safeParse(JSON.parse(body));
    if (this.down || place === undefined || !answer.success) {
      response.writeHead(place === undefined ? 404 : 400).end('no_text');
      return;
    }
    const { text: said, blocks } = answer.data;
    this.workspace.whisper(place.user, place.channel, { text: said, blocks });
    response.writeHead(200).end('ok');
  }

  /** Somebody at the page presses, or submits a modal. */
  async #answerPage(body: string, response: ServerResponse): Promise<void> {
    const {
      user = '',
      channel = '',
      ts = '',
      action = '',
      modal,
      reason = '',
      text,
    } = Object.fromEntries(new URLSearchParams(body));
    const open = this.workspace.modals.find(({ id }) => id === modal);
    if (open !== undefined && action === 'cancel') this.workspace.modals.splice(this.workspace.modals.indexOf(open), 1);
    else if (text !== undefined) await this.#write(user, channel, text);
    else {
      const { status } = await (open === undefined
        ? this.press(user, { channel, ts }, action)
        : this.submit(open, reason));
      if (status !== 200) this.workspace.whisper(user, channel, notTaken(status));
    }
    response.writeHead(303, { location: `/?user=${encodeURIComponent(user)}` }).end();
  }

  /** Slack answers by itself what is no command of the app. */
  async #write(user: string, channel: string, text: string): Promise<void> {
    if (text.trim().startsWith(`${COMMAND} `) || text.trim() === COMMAND) await this.command(user, channel, text);
    else this.workspace.whisper(user, channel, { text: `This is no command: write ${COMMAND} help`, blocks: [] });
  }
}

const refusedFields = z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) });
/** https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands */
const commandAnswer = z.strictObject({ response_type: z.enum(['ephemeral', 'in_channel']), ...messageContent });

/** Milliseconds of the engine for which Slack waits: how quick this machine is does not count. */
const PATIENCE = 3_000;
const tooLate = { text: `${COMMAND} failed with the error "operation_timeout"`, blocks: [] };

/** What a person sees of a press that the app did not take. */
function notTaken(status: number): Pick<Whisper, 'text' | 'blocks'> {
  return { text: `The app did not take it (HTTP ${status}): press again.`, blocks: [] };
}

/** What a person sees of the answer to a command; what Slack would not show is the stand-in's own error. */
function readAnswer({ status, type, body }: Answered): Pick<Whisper, 'text' | 'blocks'> {
  if (status !== 200)
    return { text: `${COMMAND} failed with the error "http_client_error" (HTTP ${status})`, blocks: [] };
  if (type?.startsWith('application/json') !== true) throw new Error(`Slack would show ${type} as plain text: ${body}`);
  return commandAnswer.parse(JSON.parse(body));
}

const whisper = z.strictObject({
  response_type: z.literal('ephemeral'),
  replace_original: z.literal(false),
  ...messageContent,
  blocks: messageContent.blocks.default([]),
});

/** Slack takes forms, in which what is no text is JSON. */
function readArguments(type: string | undefined, body: string): Record<string, unknown> {
  if (type?.startsWith('application/json') === true) return z.record(z.string(), z.unknown()).parse(JSON.parse(body));
  return Object.fromEntries(
    [...new URLSearchParams(body)]
      .filter(([name]) => name !== 'token')
      .map(([name, value]): [string, unknown] => [
        name,
        name === 'blocks' || name === 'view' ? z.unknown().parse(JSON.parse(value)) : value,
      ]),
  );
}
