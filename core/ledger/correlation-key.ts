/** What a wait waits for: the text by which an event from outside finds it. */
export type CorrelationKey =
  | { readonly kind: 'stack'; readonly stackId: string; readonly token: string }
  | { readonly kind: 'deployment'; readonly deploymentId: string }
  | { readonly kind: 'approval'; readonly approval: string }
  /** The alarms of a target, or of every target of an environment. */
  | { readonly kind: 'alarms'; readonly release: string; readonly environment: string; readonly target?: string }
  /** The window that keeps a target, of which nothing was changed yet. */
  | { readonly kind: 'window'; readonly release: string; readonly environment: string; readonly target: string }
  | { readonly kind: 'turn'; readonly service: string; readonly environment: string; readonly release: string };

/** In place of a token: any operation on the stack that is not Sluice's. No event finds it; the reconciler checks every minute. */
export const anyOperation = '-';

/** `stack <arn> token <t>`, `deployment <id>`, `approval <id>`, `alarms <release> <environment> [<target>]`, `window <release> <environment> <target>`, `turn <service> <environment> <release>`. */
export function formatCorrelationKey(correlation: CorrelationKey): string {
  switch (correlation.kind) {
    case 'stack':
      return `stack ${correlation.stackId} token ${correlation.token}`;
    case 'deployment':
      return `deployment ${correlation.deploymentId}`;
    case 'approval':
      return `approval ${correlation.approval}`;
    case 'alarms':
      return ['alarms', correlation.release, correlation.environment, correlation.target ?? ''].join(' ').trimEnd();
    case 'window':
      return `window ${correlation.release} ${correlation.environment} ${correlation.target}`;
    case 'turn':
      return `turn ${correlation.service} ${correlation.environment} ${correlation.release}`;
  }
}

/** Reads a correlation key; undefined for any other text. */
export function parseCorrelationKey(text: string): CorrelationKey | undefined {
  const [kind, first, second, third, ...rest] = text.split(' ');
  if (first === undefined || rest.length > 0) return undefined;
  if (kind === 'stack' && second === 'token' && third !== undefined) return { kind, stackId: first, token: third };
  if (kind === 'alarms' && second !== undefined) {
    return { kind, release: first, environment: second, ...(third === undefined ? {} : { target: third }) };
  }
  if (kind === 'window' && second !== undefined && third !== undefined) {
    return { kind, release: first, environment: second, target: third };
  }
  if (kind === 'turn' && second !== undefined && third !== undefined) {
    return { kind, service: first, environment: second, release: third };
  }
  if (second !== undefined) return undefined;
  if (kind === 'deployment') return { kind, deploymentId: first };
  return kind === 'approval' ? { kind, approval: first } : undefined;
}
