/** How users come to an application. What is named is a logical id, or an output, as its team calls it. */
export type Way = (
  | { readonly get: string; readonly path?: string; readonly body?: object; readonly headers?: Record<string, string> }
  | { readonly invoke: string; readonly payload?: object }
  | { readonly publish: string }
  | { readonly put: { readonly bus?: string; readonly source: string; readonly detailType: string } }
  | { readonly send: string }
  | { readonly start: string }
  | { readonly upload: string; readonly prefix?: string }
  | { readonly write: string; readonly key: string }
) & {
  /** What an answer has besides its version, where there is an answer. */
  readonly answers?: object;
  /** No alias guards what it leads to: all users move as soon as the stack is changed. */
  readonly atOnce?: boolean;
};

/** An application as a team has it, to be released by a service of its own. */
export interface Application {
  /** Its folder, and after `app-` the service. */
  readonly name: string;
  readonly kind: 'sam' | 'cdk' | 'serverless' | 'plain';
  /** What it has that others do not. */
  readonly features: readonly string[];
  /** Its functions run by Python: where there is none the application is left out, and that is said. */
  readonly python?: boolean;
  readonly ways: readonly Way[];
  /** What `release.json` says besides service, version, source and rollout. */
  readonly manifest?: object;
  /** Is it in `npm test`? The others are in `npm run test:applications` only. */
  readonly quick?: boolean;
}

/** The service by which an application is released. */
export const serviceOf = ({ name }: Application): string => `app-${name}`;
