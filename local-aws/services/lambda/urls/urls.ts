/** The URLs of functions and aliases, each on a loopback port of its own. */
import { randomBytes } from 'node:crypto';
import { Listener } from '../../api-gateway/listener.ts';
import type { CorsConfiguration } from '../../api-gateway/cors.ts';
import type { Lambda } from '../lambda.ts';
import { arnOf } from '../names.ts';
import type { FunctionRecord } from '../store.ts';
import { respond } from './respond.ts';

/** What of a URL can be changed. */
export interface UrlSettings {
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly cors: CorsConfiguration | undefined;
}

/** A function's URL. */
export interface FunctionUrl {
  /** What the address in AWS begins with. */
  readonly id: string;
  readonly record: FunctionRecord;
  /** An alias; undefined for `$LATEST`. */
  readonly alias: string | undefined;
  readonly listener: Listener;
  readonly createdAt: Date;
  settings: UrlSettings;
  changedAt: Date;
}

/** Every function URL, by the ARN of its function or alias. */
export class FunctionUrls {
  private readonly urls = new Map<string, FunctionUrl>();

  constructor(private readonly lambda: () => Lambda) {}

  find(record: FunctionRecord, alias: string | undefined): FunctionUrl | undefined {
    return this.urls.get(arnOf(record, alias));
  }

  /** Those of a function: its own, and its aliases'. */
  of(record: FunctionRecord): FunctionUrl[] {
    return [...this.urls.values()].filter((url) => url.record === record);
  }

  /** Makes a URL, which answers from now on. */
  async create(record: FunctionRecord, alias: string | undefined, settings: UrlSettings): Promise<FunctionUrl> {
    const lambda = this.lambda();
    const now = lambda.kernel.clock.date();
    const url: FunctionUrl = {
      id: idOf(),
      record,
      alias,
      listener: new Listener(lambda.kernel, (request, query) => respond(lambda, url, request, query)),
      createdAt: now,
      changedAt: now,
      settings,
    };
    await url.listener.listen();
    this.urls.set(arnOf(record, alias), url);
    return url;
  }

  /** Takes a URL away; nothing answers there any longer. */
  async delete(url: FunctionUrl): Promise<void> {
    this.urls.delete(arnOf(url.record, url.alias));
    await url.listener.close();
  }

  async close(): Promise<void> {
    for (const url of this.urls.values()) await url.listener.close();
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 32 letters, as in `https://<url-id>.lambda-url.<region>.on.aws`. */
function idOf(): string {
  return [...randomBytes(32)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
