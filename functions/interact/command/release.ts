import { describeRelease } from '../../../core/contract/api/documents.ts';
import { NotInLedger } from '../../../core/contract/errors.ts';
import { headItem, versionItem } from '../../../core/ledger/items.ts';
import { headKey, versionKey } from '../../../core/ledger/keys.ts';
import { linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import type { ReleaseHead } from '../../../core/release/head.ts';
import { releaseId } from '../../../core/values/identifiers.ts';
import { formatReleaseId, parseVersionName } from '../../../core/values/release-id.ts';
import { cutText, inWords } from '../../../core/values/text.ts';
import type { Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { readHead, readItem } from '../../../engine/ledger/read.ts';
import type { InteractServices } from '../services.ts';
import type { CommandForm } from './command-form.ts';
import { environmentsOf } from './known-place.ts';
import { type Sections, written } from './sections.ts';

/** How a release stands, and what a person has to do about it. @param name its id, or service and version @throws NotInLedger */
export async function answerRelease(
  name: string,
  form: CommandForm,
  { ledger, policy, apiUrl }: InteractServices,
): Promise<Sections> {
  const found = await findHead(ledger, name);
  if (found !== undefined) return [{ lines: linesOf(found, apiUrl), details: found.release }];
  const service = parseVersionName(name)?.service;
  if (service === undefined)
    throw new NotInLedger(
      `“${cutText(name, 100)}” names no release: releases are called orders-1.4.2, or orders-1.4.2-a1 for the first attempt.`,
    );
  environmentsOf(policy, service);
  const all = linkTo(`${apiUrl}/?service=${service}`, `releases of ${service}`);
  return [
    [
      `The ledger has no release ${plainText(name, 100)}. Look at the ${all}, or at ${written(form, `live ${service}`)}.`,
    ],
  ];
}

/** A version may itself end like an attempt: what is a release by that name is meant first. */
async function findHead(ledger: Ledger, name: string): Promise<ReleaseHead | undefined> {
  const head = releaseId.safeParse(name).success ? await readItem(ledger, headKey(name), headItem) : undefined;
  if (head !== undefined) return head;
  const named = parseVersionName(name);
  if (named === undefined) return undefined;
  const latest = await readItem(ledger, versionKey(named.service, named.version), versionItem);
  return latest === undefined ? undefined : readHead(ledger, formatReleaseId({ ...named, attempt: latest.attempts }));
}

function linesOf(head: ReleaseHead, apiUrl: string): string[] {
  const { id, status, author, startedAt, updatedAt, endedAt, environments, failure, advice } = describeRelease(head);
  const places = environments.map(({ name, phase }) => `${name}: ${inWords(phase)}`);
  const by = author === undefined ? '' : ` by ${plainText(author, 100)}`;
  const since = endedAt === undefined ? `, since ${localTime(updatedAt)}` : `, ended ${localTime(endedAt)}`;
  return [
    `*${linkTo(`${apiUrl}/releases/${id}`, id)}* is *${status}*${since}`,
    `Started ${localTime(startedAt)}${by}`,
    ...beforeIt(head, apiUrl),
    ...(places.length === 0 ? [] : [plainText(places.join(', '), 600)]),
    ...(failure === undefined ? [] : [`${failure.error}: ${plainText(failure.reason, 800)}`]),
    plainText(advice, 800),
  ];
}

function beforeIt({ service, version, attempt }: ReleaseHead, apiUrl: string): string[] {
  if (attempt === 1) return [];
  const before = formatReleaseId({ service, version, attempt: attempt - 1 });
  return [`Attempt ${attempt}; the one before it is ${linkTo(`${apiUrl}/releases/${before}`, before)}`];
}
