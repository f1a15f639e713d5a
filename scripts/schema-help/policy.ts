import type { SchemaHelp } from './help.ts';

/** What an editor says of each field of a policy, as the glossary does. `{a,b}` stands for each of them. */
export const policyHelp: SchemaHelp = {
  $schema: ['for editors', './policy.schema.json'],
  services: [
    'entries: what is released where, by the name of a service or a pattern such as team-a-* or *; the most exact entry counts',
    { orders: { environments: ['staging', 'production'] } },
  ],
  'services.*': [
    'one entry: a service, or all services whose names begin as the pattern does',
    { environments: ['staging', 'production'], uploaders: ['arn:aws:iam::111111111111:role/orders-ci'] },
  ],
  'services.*.environments': [
    'the environments of the service, in the order of environments',
    ['staging', 'production'],
  ],
  'services.*.stack': [
    'how the stacks of its services are called, with the placeholders {service} and {environment}; sluice-{service}-{environment} unless said',
    '{service}-{environment}',
  ],
  'services.*.names': [
    'further names that their resources may have, such as orders-*; what CloudFormation names after the stack may be called so anyway',
    ['orders-*'],
  ],
  'services.*.uploaders': [
    'IAM roles and users that may drop artifacts of its services; everyone who may write to the release bucket, where it is left out',
    ['arn:aws:iam::111111111111:role/orders-ci'],
  ],
  'services.*.sharedApis': [
    'ids of HTTP, WebSocket and AppSync APIs of other stacks in which its services may have routes, resolvers and the like',
    ['a1b2c3d4e5'],
  ],
  'services.*.slack': [
    'the Slack channel where its releases are told of, instead of notify.slack.channel',
    'C0123456789',
  ],
  environments: [
    'the environments, in the order in which a release passes them',
    { staging: { waves: [{ targets: [{ account: '222222222222', region: 'us-east-1' }] }] } },
  ],
  'environments.*': [
    'one environment: its targets, and what a release has to pass there',
    {
      waves: [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }],
      rollout: { atLeast: 'Canary10Percent5Minutes' },
      bake: 'PT10M',
    },
  ],
  'environments.*.waves': [
    'the waves, one after another',
    [{ targets: [{ account: '333333333333', region: 'us-east-1' }] }],
  ],
  'environments.*.waves[].targets': [
    'the targets of the wave, side by side',
    [
      { account: '333333333333', region: 'us-east-1' },
      { account: '333333333333', region: 'eu-central-1' },
    ],
  ],
  'environments.*.waves[].targets[].account': ['the account number of the target', '333333333333'],
  'environments.*.waves[].targets[].region': ['the region of the target', 'us-east-1'],
  'environments.*.rollout': ['limits of the rollout', { atLeast: 'Canary10Percent5Minutes' }],
  'environments.*.rollout.atLeast': ['the least strict rollout that a manifest may ask for', 'Canary10Percent5Minutes'],
  'environments.*.unguarded': [
    'what becomes of users who would come around the rollout: refuse (where a rollout is demanded, unless said) or warn',
    'warn',
  ],
  'environments.*.bake': ['how long the bake takes', 'PT10M'],
  'environments.*.monitorAfterBake': [
    "how long the release is monitored after the bake; only in a service's last environment",
    'PT12H',
  ],
  'environments.*.approval': ['who approves a release to the environment', { from: ['release-managers'], required: 1 }],
  'environments.*.approval.from': ['groups of people', ['release-managers']],
  'environments.*.approval.including': [
    'groups of people of each of which one has to be among those who approve',
    ['security'],
  ],
  'environments.*.approval.when': [
    'what asks at all: always, or some of replacement, permissions, dataChanges, downgrade',
    ['replacement', 'permissions'],
  ],
  'environments.*.approval.reminders': [
    'how long after the question those are reminded who have not decided',
    ['PT4H', 'P1D'],
  ],
  'environments.*.approval.required': ['how many approvals are needed', 2],
  'environments.*.approval.selfApproval': [
    'whether the author may approve; unless said, the author may not, nor a person who cannot be told from the author',
    false,
  ],
  'environments.*.approval.ofRollback': ['whether approval is asked, too, of a rollback that a person asks for', true],
  'environments.*.approval.identity': [
    'oidc: only people who have signed in decide; a decision by link, Slack or IAM is refused',
    'oidc',
  ],
  'environments.*.approval.expiresAfter': ['how long approvers may take: 5 minutes to 60 days', 'P7D'],
  'environments.*.approval.slack': [
    'the approval is asked for in Slack, besides the e-mails',
    { channel: 'C0123456789', direct: true },
  ],
  'environments.*.approval.slack.channel': ['where; in notify.slack.channel, unless said', 'C0123456789'],
  'environments.*.approval.slack.direct': ['whether each approver is asked in a direct message, too', true],
  'environments.*.alarms': ['names of further CloudWatch alarms that are watched in each target', ['checkout-errors']],
  'environments.*.onFailure': [
    'what is rolled back when a target fails: rollBackAll, rollBackWave, stop',
    'rollBackWave',
  ],
  'environments.*.onInconclusive': ['what happens when checks are inconclusive: ask a person, or rollBack', 'rollBack'],
  'environments.*.decideWithin': ['how long that person may take: 5 minutes to a week', 'PT8H'],
  'environments.*.firingAlarmWait': [
    'how long an alarm that fires before anything was changed may hold the release up',
    'PT30M',
  ],
  'environments.*.repairs': [
    'groups of people who may let a release in although an alarm is firing; none, unless said',
    ['on-call'],
  ],
  'environments.*.freeze': [
    'when nothing new begins here; wins over allow',
    [{ cron: '0 16 * * 5', for: 'PT60H', zone: 'Europe/Berlin', except: ['rollback', 'hotfix'] }],
  ],
  'environments.*.{freeze,allow}[].cron': [
    'when it begins: minute, hour, day of the month, month, day of the week',
    '0 16 * * 5',
  ],
  'environments.*.{freeze,allow}[].for': ['how long it lasts from then on', 'PT60H'],
  'environments.*.{freeze,allow}[].from': ['when it begins, once: a local time', '2026-12-23T18:00'],
  'environments.*.{freeze,allow}[].until': ['when it ends: a local time', '2027-01-02T08:00'],
  'environments.*.{freeze,allow}[].zone': ['the time zone of all of that, by its place', 'Europe/Berlin'],
  'environments.*.{freeze,allow}[].except': [
    'kinds of releases that it does not count for: rollback, hotfix',
    ['rollback', 'hotfix'],
  ],
  'environments.*.allow': [
    'when alone something new may begin here',
    [{ cron: '0 9 * * 1-4', for: 'PT8H', zone: 'Europe/Berlin' }],
  ],
  'environments.*.windowOverrides': [
    'groups of people who may let a release in although a window is closed; none, unless said',
    ['on-call'],
  ],
  'environments.*.tell': [
    'who is told of what, by e-mail: groups of people, @notify, @author',
    { asked: ['release-managers'], failed: ['@notify', '@author'] },
  ],
  'environments.*.tell.asked': ['that an approval is asked for', ['release-managers']],
  'environments.*.tell.decided': ['what was decided, by whom and why', ['@author']],
  'environments.*.tell.expired': [
    'a release that ended here because no one decided, or the environment did not become free, in time',
    ['@author'],
  ],
  'environments.*.tell.superseded': ['a release that a newer one replaced', ['@author']],
  'environments.*.tell.cancelled': ['a release that a person stopped', ['@author']],
  'environments.*.tell.rolledBack': ['a release that was rolled back; @notify unless said', ['@notify', '@author']],
  'environments.*.tell.failed': [
    'a release whose rollback did not finish; @notify unless said. The person on call is paged in any case',
    ['@notify', 'on-call'],
  ],
  'environments.*.tell.succeeded': ['a release that succeeded, in its last environment', ['@author']],
  'environments.*.keepVersions': [
    "how many of a function's newest versions stay when a release is settled; older ones that nothing needs are deleted",
    5,
  ],
  'environments.*.hotfixes': [
    'whether a person may bring an artifact here that has not passed the environments before; it is approved here first',
    true,
  ],
  people: ['groups of people', { 'release-managers': [{ name: 'Robin Release', email: 'robin@example.com' }] }],
  'people.*': ['the people of one group', [{ name: 'Robin Release', email: 'robin@example.com' }]],
  'people.*[].name': ["the person's name", 'Robin Release'],
  'people.*[].email': ["the person's e-mail address", 'robin@example.com'],
  'people.*[].principal': [
    'the IAM role or user that decides as this person',
    'arn:aws:iam::111111111111:role/release-managers',
  ],
  'people.*[].slack': ['id of the Slack user who decides as this person', 'U0123456789'],
  'people.*[].oidc': [
    'what the issuer names this person by, where oidc.claim is not email',
    '6f1c9a2e-0c3b-4f52-9d8e-2b7a51d0c111',
  ],
  execution: [
    'by target (account/region): who makes the resources of services; builtIn unless said',
    { '333333333333/us-east-1': { managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] } },
  ],
  'execution.*': [
    'who makes the resources of services in this target',
    { role: 'arn:aws:iam::333333333333:role/deployment', boundary: 'none' },
  ],
  'execution.*.managedPolicies': [
    'managed policies that grant it, instead of the built-in list',
    ['arn:aws:iam::aws:policy/PowerUserAccess'],
  ],
  'execution.*.role': [
    "the platform team's own role, which carries sluice-target-denials-<region>",
    'arn:aws:iam::333333333333:role/deployment',
  ],
  'execution.*.boundary': [
    "an organisation's own permissions boundary, or none",
    'arn:aws:iam::333333333333:policy/organisation-boundary',
  ],
  notify: ['who hears of releases', { email: ['team@example.com'] }],
  'notify.email': ['e-mail addresses', ['team@example.com']],
  'notify.rejected': [
    'who is told that an artifact was rejected, as in tell; @author unless said',
    ['@author', '@notify'],
  ],
  'notify.events': [
    'true: each transition of a release is put on the EventBridge bus sluice-releases, for other programs',
    true,
  ],
  'notify.slack': [
    'the Slack app by which releases are told of and approved',
    { secret: 'sluice/slack', team: 'T0123456789', app: 'A0123456789', channel: 'C0123456789' },
  ],
  'notify.slack.secret': [
    'name of the Secrets Manager secret with the bot token and the signing secret; begins with sluice/',
    'sluice/slack',
  ],
  'notify.slack.team': ['id of the workspace: what is pressed in another one is refused', 'T0123456789'],
  'notify.slack.app': ['id of the app: what is pressed in another one is refused', 'A0123456789'],
  'notify.slack.channel': ['where releases are told of, each in a thread of its own', 'C0123456789'],
  'notify.slack.onCall': ['id of the user group that is mentioned when an environment was left unclean', 'S0123456789'],
  oidc: [
    'the OpenID provider by which people sign in to the pages; by a one-time link, unless said',
    { issuer: 'https://accounts.google.com', clientId: '1234-abc.apps.googleusercontent.com', secret: 'sluice/oidc' },
  ],
  'oidc.issuer': ['the issuer, exactly as its tokens name it: an https URL', 'https://accounts.google.com'],
  'oidc.clientId': ['the id that the issuer gave the client', '1234-abc.apps.googleusercontent.com'],
  'oidc.secret': [
    "name of the Secrets Manager secret that is the client's secret; begins with sluice/; a public client has none",
    'sluice/oidc',
  ],
  'oidc.claim': [
    'the claim that names a person: email, which has to be verified, unless said; any other is compared with people.*[].oidc',
    'oid',
  ],
  'oidc.scopes': ['the scopes that are asked for; openid and email unless said', ['openid', 'email']],
  'oidc.session': ['how long a sign-in lasts: 15 minutes to a day; 8 hours unless said', 'PT8H'],
  'oidc.api': [
    'access tokens of the issuer open the API under /oidc/v1',
    { audience: 'https://sluice.example.com', scopes: { read: 'releases.read', act: 'releases.act' } },
  ],
  'oidc.api.audience': ['whom a token has to be for (aud)', 'https://sluice.example.com'],
  'oidc.api.scopes': ['the scope that a token has to have', { read: 'releases.read', act: 'releases.act' }],
  'oidc.api.scopes.read': ['the scope that a GET needs', 'releases.read'],
  'oidc.api.scopes.act': ['the scope that every other request needs', 'releases.act'],
  checks: ['what HTTP checks may reach', { allowHosts: ['login.example.com'] }],
  'checks.allowAddresses': ['private networks that HTTP checks may reach', ['10.0.0.0/8']],
  'checks.allowHosts': ['hosts that HTTP checks may be redirected to', ['login.example.com']],
};
