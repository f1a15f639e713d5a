/**
 * What tokens are signed by: keys of which the issuer alone has the secret half. `none`, and keys that both sides know (HS256 …), are not
 * among them. https://www.rfc-editor.org/rfc/rfc8725#section-3.1
 */
export const signingAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Seconds by which the issuer's clock may differ from ours. */
export const clockTolerance = 30;

/** Seconds after which an access token counts no more, however long its issuer would have it count. */
export const longestToken = 86_400;

/** Seconds that the issuer may take for one answer. */
export const issuerSeconds = 5;

/** Seconds for which what the issuer says of itself is kept; its keys are asked for again no later. */
export const issuerKept = 300;

/** Bytes of the issuer's longest answer. */
export const longestAnswer = 512 * 1024;

/** The types of access tokens: https://www.rfc-editor.org/rfc/rfc9068#section-2.1; many issuers write `JWT`, or nothing. */
export function isAccessTokenType(type: string | undefined): boolean {
  return type === undefined || /^(application\/)?(at\+)?jwt$/i.test(type);
}
