import * as z from 'zod';
import { lastsBetween } from '../values/duration.ts';
import { problem, type Problem } from '../values/problems.ts';
import { type Groups, peopleIn } from './people.ts';

/** `oidc` of the policy: by which OpenID provider people sign in. https://openid.net/specs/openid-connect-core-1_0.html */

/** The claim that names people where nothing is said: their e-mail address, which the issuer has to have verified. */
export const emailClaim = 'email';

/** An issuer is a URL without query and fragment, by TLS: https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, password } = new URL(text);
  return (
    protocol === 'https:' && search === '' && hash === '' && username === '' && password === '' && !/[?#]/.test(text)
  );
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
const scope = z
  .string()
  .max(200)
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be one scope, without blanks');

const [quarter, day] = [900, 86_400];

export const oidcSettings = z.strictObject({
  issuer: z.string().max(500).refine(isIssuer, {
    error:
      'must be the issuer as its tokens name it: an https URL without query, such as "https://accounts.google.com"',
  }),
  clientId: z
    .string()
    .max(255)
    .regex(/^[\x21-\x7E]+$/, 'must be the id that the issuer gave the client'),
  /**
   * Name of the Secrets Manager secret in the engine's account and Region that is the client's secret; a client without one is
   * public, and has the code's verifier alone. It begins with `sluice/`, which no service may read.
   */
  secret: z
    .string()
    .regex(
      /^sluice\/[A-Za-z0-9/_+=.@-]{1,200}$/,
      'must be the name of a secret that begins with "sluice/", such as "sluice/oidc" (not its ARN)',
    )
    .exactOptional(),
  /** The claim that names a person: `email`, which counts once verified and is the person's `email`; any other is the person's `oidc`. */
  claim: z
    .string()
    .max(200)
    .regex(/^[\x21-\x7E]+$/, 'must be the name of a claim, such as "oid"')
    .default(emailClaim),
  scopes: z
    .array(scope)
    .min(1)
    .max(20)
    .refine((scopes) => scopes.includes('openid'), { error: 'must have "openid" among them' })
    .default(['openid', 'email']),
  /** How long a sign-in lasts. */
  session: lastsBetween(quarter, day, 'must be between 15 minutes and a day').default('PT8H'),
  /** Are access tokens of the issuer taken by the API, under `/oidc/v1`? */
  api: z
    .strictObject({
      /** Whom a token has to be for (`aud`). */
      audience: z
        .string()
        .max(500)
        .regex(/^[\x21-\x7E]+$/, 'must be the audience that tokens of the API have'),
      /** What a token has to allow, to read and to act. */
      scopes: z.strictObject({ read: scope, act: scope }),
    })
    .exactOptional(),
});
export type OidcSettings = z.infer<typeof oidcSettings>;

/** `approval.identity`: by whom people have to have been identified who decide. */
export const approvalIdentity = z.enum(['oidc']);
export type ApprovalIdentity = z.infer<typeof approvalIdentity>;

interface Identified {
  readonly email: string;
  readonly oidc?: string | undefined;
}

/** The parts of a policy that speak of signing in. */
interface OidcParts {
  readonly oidc?: Pick<OidcSettings, 'claim' | 'clientId' | 'api'>;
  readonly people: Groups<Identified>;
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly approval?: {
          readonly from: string[];
          readonly including?: string[];
          readonly required: number;
          readonly identity?: ApprovalIdentity;
        };
      }
    >
  >;
}

/** What of signing in could not work, or would not be used. */
export function oidcProblems(policy: OidcParts): Problem[] {
  const { oidc } = policy;
  if (oidc === undefined) return missingProblems(policy);
  return [...audienceProblems(oidc), ...nameProblems(policy, oidc), ...approverProblems(policy, oidc)];
}

function missingProblems(policy: OidcParts): Problem[] {
  const identities = Object.entries(policy.environments).flatMap(([name, { approval }]) =>
    approval?.identity === undefined ? [] : [`environments.${name}.approval.identity`],
  );
  return [...identities, ...namesIn(policy)].map((path) => {
    const sentence = `"${path}" needs "oidc" (issuer and clientId): add that, or leave this out.`;
    return problem('policy.oidc-missing', path, sentence);
  });
}

/** An ID token is for the client, and no access token. */
function audienceProblems({ api, clientId }: Pick<OidcSettings, 'clientId' | 'api'>): Problem[] {
  if (api?.audience !== clientId) return [];
  const path = 'oidc.api.audience';
  const sentence = `"${path}" is the client's id: tokens that say who signed in would be taken for access to the API. Register the API with the issuer as a resource of its own.`;
  return [problem('policy.oidc-audience', path, sentence)];
}

function nameProblems(policy: OidcParts, { claim }: Pick<OidcSettings, 'claim'>): Problem[] {
  if (claim !== emailClaim) return [];
  return namesIn(policy).map((path) => {
    const sentence = `"${path}" is never compared: people are named by their e-mail address ("oidc.claim"). Leave it out, or name another claim.`;
    return problem('policy.oidc-name-unused', path, sentence);
  });
}

/** An approval that nobody could give. */
function approverProblems(policy: OidcParts, { claim }: Pick<OidcSettings, 'claim'>): Problem[] {
  if (claim === emailClaim) return [];
  return Object.entries(policy.environments).flatMap(([name, { approval }]) => {
    if (approval?.identity === undefined) return [];
    const able = (groups: string[]): number => peopleIn(policy, groups).filter(({ oidc }) => oidc !== undefined).length;
    const { from, including = [], required } = approval;
    const empty = including.find((group) => able([group]) === 0);
    if (able([...from, ...including]) >= required && empty === undefined) return [];
    const path = `environments.${name}.approval.identity`;
    const who = empty ?? [...from, ...including].join(', ');
    const sentence = `"${path}" asks for decisions of people who have signed in, but too few of ${who} have an "oidc" name in "people" ("oidc.claim" is "${claim}"): add it.`;
    return [problem('policy.oidc-no-approver', path, sentence)];
  });
}

function namesIn({ people }: Pick<OidcParts, 'people'>): string[] {
  return Object.entries(people).flatMap(([group, members]) =>
    members.flatMap(({ oidc }, index) => (oidc === undefined ? [] : [`people.${group}.${index}.oidc`])),
  );
}
