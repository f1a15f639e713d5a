import type { CorsConfiguration } from '../../api-gateway/cors.ts';
import type { Listener } from '../../api-gateway/listener.ts';
import type { FunctionRecord } from '../store.ts';

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

/** Every function URL. */
export interface UrlRegistry {
  find(record: FunctionRecord, alias: string | undefined): FunctionUrl | undefined;
  /** Those of a function: its own, and its aliases'. */
  of(record: FunctionRecord): FunctionUrl[];
  /** Makes a URL, which answers from now on. */
  create(record: FunctionRecord, alias: string | undefined, settings: UrlSettings): Promise<FunctionUrl>;
  /** Takes a URL away; nothing answers there any longer. */
  delete(url: FunctionUrl): Promise<void>;
}
