import * as z from 'zod';
import {
  actionDocument,
  decisionBody,
  decisionDocument,
  demandDocument,
  interventionBody,
  interventionDocument,
  lettingInBody,
  promotionBody,
  rollbackBody,
} from '../../core/contract/api/actions.ts';
import { approvalDocument, approvalList } from '../../core/contract/api/approvals.ts';
import * as documents from '../../core/contract/api/documents.ts';
import { evidencePage, evidenceQuery } from '../../core/contract/api/evidence.ts';
import { liveAtList, liveQuery } from '../../core/contract/api/live-at.ts';
import { metricsDocument, metricsQuery } from '../../core/contract/api/metrics.ts';
import { comparisonDocument } from '../../core/contract/api/comparison.ts';
import { planAsked, planBody, planDocument, planQuery } from '../../core/contract/api/plans.ts';
import { verificationDocument, verificationQuery } from '../../core/contract/api/verification.ts';
import { waitingList, waitingQuery, whoDocument } from '../../core/contract/api/people.ts';
import {
  historyList,
  historyQuery,
  serviceDocument,
  serviceEnvironmentDocument,
  serviceList,
} from '../../core/contract/api/services.ts';
import type { Operation } from '../../core/contract/api/routes.ts';
import { environmentName, planningId, releaseId, serviceName, sha256 } from '../../core/values/identifiers.ts';

/** What the description of an operation says beside its route. */
export interface Described {
  /** One line, without a full stop. */
  readonly summary: string;
  /** The group it is listed in. */
  readonly tag: 'Releases' | 'Services' | 'Environments' | 'Approvals' | 'Plans' | 'Sessions' | 'About';
  /** Parameters of its path, all of them. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly status?: 201 | 202;
}

const approval = z.string().regex(/^[0-9a-f]{32}$/);
const release = { path: { id: releaseId }, tag: 'Releases' } as const;
const environment = { path: { service: serviceName, environment: environmentName }, tag: 'Environments' } as const;

const intervention = { ...environment, body: interventionBody, answer: interventionDocument };
const lettingIn = { ...environment, body: lettingInBody, answer: interventionDocument };

export const operations: Readonly<Record<Operation, Described>> = {
  describeApi: {
    summary: 'This description',
    tag: 'About',
    answer: z.looseObject({ openapi: z.string() }),
  },
  listReleases: {
    summary: 'Releases, newest first',
    tag: 'Releases',
    query: documents.releaseQuery,
    answer: documents.releaseList,
  },
  getRelease: { ...release, summary: 'One release', answer: documents.releaseDocument },
  listTransitions: {
    ...release,
    summary: 'Transitions of a release, in order',
    query: documents.transitionQuery,
    answer: documents.transitionList,
  },
  verifyRelease: {
    ...release,
    summary: 'Recomputes the chain of a release’s transitions, a part at a time, and names the first broken link',
    query: verificationQuery,
    answer: verificationDocument,
  },
  getEvidence: {
    summary: 'What a judgement rests on, or the series that was measured while traffic moved',
    tag: 'Releases',
    path: { id: releaseId, sha256 },
    query: evidenceQuery,
    answer: evidencePage,
  },
  compareReleases: {
    summary: 'What differs between two releases of a service: from the first to the other',
    tag: 'Releases',
    path: { id: releaseId, other: releaseId },
    answer: comparisonDocument,
  },
  listReleaseApprovals: {
    summary: 'What people were asked about a release, the newest first',
    tag: 'Approvals',
    path: { id: releaseId },
    answer: approvalList,
  },
  getApproval: {
    summary: 'What an approval is for, what would change, and what was decided',
    tag: 'Approvals',
    path: { id: releaseId, approval },
    answer: approvalDocument,
  },
  listApprovals: {
    summary: 'What waits for the person who asks',
    tag: 'Approvals',
    query: waitingQuery,
    answer: waitingList,
  },
  whoAmI: {
    summary: 'Who the caller is, to IAM and to the policy',
    tag: 'About',
    answer: whoDocument,
  },
  decideApproval: {
    summary: 'Approves or declines, once, as the person whose principal signs the request',
    tag: 'Approvals',
    path: { id: releaseId, approval },
    body: decisionBody,
    answer: decisionDocument,
  },
  cancelRelease: { ...release, summary: 'Stops a release', body: interventionBody, answer: actionDocument },
  continueRelease: {
    ...release,
    summary: 'Ends the bake or the monitoring of a release now',
    body: interventionBody,
    answer: actionDocument,
  },
  retryRelease: {
    ...release,
    summary: 'Releases the same artifact again, in the environments that the release has not passed',
    body: interventionBody,
    answer: demandDocument,
  },
  listLive: {
    summary: 'What serves where; with `at`, what served then, who let it through, and on what evidence',
    tag: 'Environments',
    query: liveQuery,
    answer: z.union([liveAtList, documents.liveList]),
  },
  getEnvironment: {
    ...environment,
    summary: 'Whose turn an environment is, what blocks it, and who waits',
    answer: documents.environmentDocument,
  },
  listServices: {
    summary: 'Services that have served, and what serves where',
    tag: 'Services',
    query: waitingQuery,
    answer: serviceList,
  },
  getService: {
    summary: 'What serves where of a service, and its newest releases',
    tag: 'Services',
    path: { service: serviceName },
    answer: serviceDocument,
  },
  getMetrics: {
    summary: 'DORA’s four metrics of a service in an environment, by week',
    tag: 'Services',
    path: { service: serviceName },
    query: metricsQuery,
    answer: metricsDocument,
  },
  getServiceEnvironment: {
    ...environment,
    summary: 'What serves in an environment, what served, what people can go back to, what keeps it, and who waits',
    tag: 'Services',
    answer: serviceEnvironmentDocument,
  },
  listHistory: {
    ...environment,
    summary: 'What served in one target, the newest first',
    tag: 'Services',
    query: historyQuery,
    answer: historyList,
  },
  rollBack: {
    ...environment,
    summary: 'Brings back what served before',
    body: rollbackBody,
    answer: demandDocument,
  },
  promote: {
    ...environment,
    summary: 'Brings an artifact that passed the earlier environments to this one',
    body: promotionBody,
    answer: demandDocument,
  },
  clearQuarantine: { ...intervention, summary: 'Says that the environment was repaired' },
  hold: { ...intervention, summary: 'Keeps releases from beginning in the environment' },
  releaseHold: { ...intervention, summary: 'Ends a hold' },
  letInAsRepair: { ...lettingIn, summary: 'Lets a release in although alarms are firing' },
  overrideWindow: { ...lettingIn, summary: 'Lets a release in although a window is closed' },
  askForPlan: {
    summary: 'Asks what an artifact would change that is not released',
    tag: 'Plans',
    body: planBody,
    answer: planAsked,
    status: 202,
  },
  getPlan: {
    summary: 'What an artifact would change, a page of its targets',
    tag: 'Plans',
    path: { id: planningId },
    query: planQuery,
    answer: planDocument,
  },
  mintSessionLink: {
    summary: 'A link that opens the pages in a browser, once',
    tag: 'Sessions',
    answer: documents.sessionDocument,
    status: 201,
  },
};
