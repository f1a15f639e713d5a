import { digestOf } from './chain.ts';

/**
 * The token that makes an effect idempotent, made from the event that announced it. Letters,
 * digits and `-`, starting with a letter, 39 characters: fit for CloudFormation's client request tokens and change set
 * names, and for CodeDeploy and Lambda.
 *
 * @param sequence number of the intent's event in the release
 * @param effect distinguishes several effects of one intent
 */
export function clientToken(release: string, sequence: number, effect: string): string {
  return `sluice-${digestOf([release, sequence, effect]).slice(0, 32)}`;
}
