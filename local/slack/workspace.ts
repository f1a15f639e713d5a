import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Block, type Button, buttonsOf, messageContent, type Modal, modal } from './block-kit.ts';

/** A message of the app. */
export interface StandInMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** How often it was changed. */
  readonly edits: number;
}

/** What only one person sees, where they pressed or wrote: an answer to a press, or to a command. */
export interface Whisper {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  /** They are shown instead of the text, where there are any. */
  readonly blocks: readonly Block[];
}

/** A modal that a person has before them. */
export interface OpenModal {
  readonly id: string;
  readonly user: string;
  readonly view: Modal;
  /** What Slack shows under a field, by its block. */
  errors: Readonly<Record<string, string>>;
}

const id = z.string().regex(/^[A-Z0-9]{7,21}$/);
const ts = z.string().regex(/^\d{10}\.\d{6}$/);

const methods = {
  'chat.postMessage': z.strictObject({
    channel: id,
    thread_ts: ts.optional(),
    ...messageContent,
    unfurl_links: z.stringbool().optional(),
    unfurl_media: z.stringbool().optional(),
  }),
  'chat.update': z.strictObject({ channel: id, ts, ...messageContent }),
  'views.open': z.strictObject({ trigger_id: z.string(), view: modal }),
} as const;

/** Milliseconds for which a trigger opens a modal, once. https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses */
const TRIGGER = 3_000;

/** A workspace of Slack with one app, as far as the app sees it. Methods answer as Slack's Web API does. */
export class Workspace {
  readonly messages: StandInMessage[] = [];
  readonly whispers: Whisper[] = [];
  readonly modals: OpenModal[] = [];
  /** Channels in which nobody writes any more. */
  readonly archived = new Set<string>();
  readonly #triggers = new Map<string, { readonly user: string; readonly until: number }>();
  #count = 0;

  /** @param channels that the app is a member of; users are written to directly @param now milliseconds */
  constructor(
    private readonly channels: readonly string[],
    private readonly now: () => number,
  ) {}

  /** Calls a method. @param given its arguments, parsed */
  call(method: string, given: Readonly<Record<string, unknown>>): object {
    if (!(method in methods)) return refusal('unknown_method', [`the stand-in has no ${method}`]);
    switch (method) {
      case 'chat.postMessage':
        return this.#with(methods[method], given, (sent) => this.#post(sent));
      case 'chat.update':
        return this.#with(methods[method], given, (sent) => this.#update(sent));
      default:
        return this.#with(methods['views.open'], given, (sent) => this.#open(sent));
    }
  }

  /** Gives a trigger for what a person does. */
  trigger(user: string): string {
    const trigger = `${Date.now()}.${randomUUID()}`;
    this.#triggers.set(trigger, { user, until: Date.now() + TRIGGER });
    return trigger;
  }

  /** A button of a message. @throws Error when there is none: Slack shows a message as it was changed last */
  button(channel: string, messageTs: string, action: string): Button {
    const message = [...this.messages, ...this.whispers].find((one) => one.channel === channel && one.ts === messageTs);
    const buttons = buttonsOf(message?.blocks ?? []);
    const found = buttons.find(({ action_id: one }) => one === action);
    if (found === undefined) throw new Error(`The message ${channel} ${messageTs} has no button ${action}.`);
    return found;
  }

  #with<T>(schema: z.ZodType<T>, given: unknown, answer: (sent: T) => object): object {
    const parsed = schema.safeParse(given);
    if (parsed.success) return answer(parsed.data);
    const { issues } = parsed.error;
    const blocks = issues.some(({ path }) => path[0] === 'blocks');
    const messages = issues.map(({ message, path }) => `[ERROR] ${message} [json-pointer:/${path.join('/')}]`);
    return refusal(blocks ? 'invalid_blocks' : 'invalid_arguments', messages);
  }

  #post(sent: z.infer<(typeof methods)['chat.postMessage']>): object {
    const { channel: to, thread_ts: thread, text, blocks } = sent;
    const channel = /^[UW]/.test(to) ? `D${to.slice(1)}` : to;
    if (channel === to && !this.channels.includes(to)) return refusal('channel_not_found');
    if (this.archived.has(channel)) return refusal('is_archived');
    if (thread !== undefined && !this.messages.some((one) => one.ts === thread)) return refusal('thread_not_found');
    const made = this.#nextTs();
    this.messages.push({ channel, ts: made, thread, text, blocks, edits: 0 });
    return { ok: true, channel, ts: made, message: { text } };
  }

  /** Shows something to one person alone. */
  whisper(user: string, channel: string, content: Pick<Whisper, 'text' | 'blocks'>): void {
    this.whispers.push({ user, channel, ts: this.#nextTs(), ...content });
  }

  #nextTs(): string {
    this.#count += 1;
    return `${Math.floor(this.now() / 1000)}.${String(this.#count).padStart(6, '0')}`;
  }

  #update({ channel, ts: which, text, blocks }: z.infer<(typeof methods)['chat.update']>): object {
    if (this.archived.has(channel)) return refusal('is_archived');
    const index = this.messages.findIndex((one) => one.channel === channel && one.ts === which);
    const before = this.messages[index];
    if (before === undefined) return refusal('message_not_found');
    this.messages[index] = { ...before, text, blocks, edits: before.edits + 1 };
    return { ok: true, channel, ts: which, text };
  }

  #open({ trigger_id: trigger, view }: z.infer<(typeof methods)['views.open']>): object {
    const known = this.#triggers.get(trigger);
    if (known === undefined) return refusal('exchanged_trigger_id');
    this.#triggers.delete(trigger);
    if (Date.now() > known.until) return refusal('expired_trigger_id');
    this.modals.push({ id: `V${randomUUID()}`, user: known.user, view, errors: {} });
    return { ok: true };
  }
}

function refusal(error: string, messages: readonly string[] = []): object {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}
