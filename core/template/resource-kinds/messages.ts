import { actionsOf, arnsOf, madeUp, onNamed, serviceLinkedRoles, type ResourceKind } from './kind.ts';

/** Those that are older than 2020 end in thirteen random characters. */
const stateMachines = ['{name}', madeUp, `${madeUp}?`];

/** What goes by a name behind a word of EventBridge's, and by an id behind the name where it has one. */
const namedAs = (before: string): string[] =>
  arnsOf('events', ...['{name}', madeUp].flatMap((name) => [`${before}${name}`, `${before}${name}/*`]));

const connectionsBecause =
  'CloudFormation calls one without a name by its logical id and twelve random characters; AWS adds an id.';
const connections = namedAs('connection/');

/** What carries messages, and what begins by the clock. */
export const messageKinds: readonly ResourceKind[] = [
  {
    title: 'Queues',
    types: ['Queue', 'QueuePolicy', 'QueueInlinePolicy'].map((name) => `AWS::SQS::${name}`),
    grants: [
      onNamed(
        actionsOf(
          'sqs',
          'CreateQueue DeleteQueue GetQueueUrl GetQueueAttributes SetQueueAttributes TagQueue UntagQueue ListQueueTags',
        ),
        arnsOf('sqs', '{name}'),
      ),
    ],
  },
  {
    title: 'Topics',
    types: ['Topic', 'TopicPolicy', 'TopicInlinePolicy', 'Subscription'].map((name) => `AWS::SNS::${name}`),
    grants: [
      onNamed(
        actionsOf(
          'sns',
          `CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe Unsubscribe GetSubscriptionAttributes
           SetSubscriptionAttributes ListSubscriptionsByTopic GetDataProtectionPolicy PutDataProtectionPolicy TagResource
           UntagResource ListTagsForResource`,
        ),
        arnsOf('sns', '{name}'),
      ),
    ],
  },
  {
    title: 'Event buses and rules',
    types: ['EventBus', 'EventBusPolicy', 'Rule'].map((name) => `AWS::Events::${name}`),
    grants: [
      onNamed(
        actionsOf(
          'events',
          `PutRule DeleteRule DescribeRule PutTargets RemoveTargets ListTargetsByRule CreateEventBus UpdateEventBus
           DeleteEventBus DescribeEventBus PutPermission RemovePermission TagResource UntagResource ListTagsForResource`,
        ),
        // The rules of a bus stand under the bus's name.
        arnsOf('events', 'rule/{name}', 'rule/{name}/*', 'event-bus/{name}'),
      ),
    ],
  },
  {
    title: 'Archives of events',
    types: ['AWS::Events::Archive'],
    note: 'Of buses of the service.',
    grants: [
      {
        actions: actionsOf('events', 'CreateArchive UpdateArchive DeleteArchive DescribeArchive'),
        resources: arnsOf('events', 'archive/{name}', `archive/${madeUp}`, 'event-bus/{name}'),
        because: 'CloudFormation may call an archive without a name by its logical id and twelve random characters.',
      },
    ],
  },
  {
    title: 'Connections and API destinations',
    types: ['Connection', 'ApiDestination'].map((name) => `AWS::Events::${name}`),
    note: 'An API destination takes a connection of its template. Connections to private APIs are not among the options. HTTP tasks of state machines use connections that have a name of the entry (`template.connection-out-of-reach`).',
    grants: [
      {
        actions: actionsOf('events', 'CreateConnection UpdateConnection DeleteConnection DescribeConnection'),
        resources: connections,
        because: connectionsBecause,
      },
      {
        actions: actionsOf(
          'events',
          'CreateApiDestination UpdateApiDestination DeleteApiDestination DescribeApiDestination',
        ),
        // Who makes one, and who reads it, is asked about its connection, too.
        resources: [...namedAs('api-destination/'), ...connections],
        because: connectionsBecause,
      },
      {
        // EventBridge keeps what a connection signs in with in a secret of its own, with the rights of its caller.
        actions: actionsOf(
          'secretsmanager',
          'CreateSecret UpdateSecret PutSecretValue GetSecretValue DescribeSecret DeleteSecret',
        ),
        // The names of these secrets end in a UUID, and their ARNs in six characters more.
        resources: arnsOf(
          'secretsmanager',
          ...['', '-??????'].map((end) => `secret:events!connection/${madeUp}${end}`),
        ),
        because: 'EventBridge calls the secrets of connections by random ids.',
      },
      serviceLinkedRoles('apidestinations.events.amazonaws.com'),
    ],
  },
  {
    title: 'Schedules',
    types: ['AWS::Scheduler::Schedule'],
    note: 'In the default group, or in a group of the service.',
    grants: [
      onNamed(
        actionsOf('scheduler', 'CreateSchedule UpdateSchedule GetSchedule DeleteSchedule'),
        arnsOf('scheduler', 'schedule/default/{name}', 'schedule/{name}/*'),
      ),
    ],
  },
  {
    title: 'Groups of schedules',
    types: ['AWS::Scheduler::ScheduleGroup'],
    grants: [
      onNamed(
        actionsOf(
          'scheduler',
          `CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup TagResource UntagResource ListTagsForResource`,
        ),
        arnsOf('scheduler', 'schedule-group/{name}'),
      ),
    ],
  },
  {
    title: 'Pipes',
    types: ['AWS::Pipes::Pipe'],
    note: 'Logs go to log groups; buckets and delivery streams of logs are not among the options.',
    grants: [
      {
        actions: actionsOf(
          'pipes',
          'CreatePipe UpdatePipe DeletePipe DescribePipe TagResource UntagResource ListTagsForResource',
        ),
        resources: arnsOf('pipes', 'pipe/{name}', `pipe/${madeUp}`),
        because: 'CloudFormation may call a pipe without a name by its logical id and twelve random characters.',
      },
    ],
  },
  {
    title: 'State machines',
    types: ['StateMachine', 'StateMachineAlias', 'StateMachineVersion'].map((name) => `AWS::StepFunctions::${name}`),
    note: 'Whatever they are called.',
    grants: [
      {
        actions: actionsOf(
          'states',
          `CreateStateMachine UpdateStateMachine DeleteStateMachine DescribeStateMachine PublishStateMachineVersion
           ListStateMachineVersions DeleteStateMachineVersion CreateStateMachineAlias UpdateStateMachineAlias
           DescribeStateMachineAlias DeleteStateMachineAlias TagResource UntagResource ListTagsForResource`,
        ),
        resources: arnsOf(
          'states',
          ...stateMachines.flatMap((name) => [`stateMachine:${name}`, `stateMachine:${name}:*`]),
        ),
        because:
          'A state machine without a name is called by its logical id and random characters, without the stack’s name.',
      },
    ],
  },
  {
    title: 'Activities of state machines',
    types: ['AWS::StepFunctions::Activity'],
    grants: [
      onNamed(
        actionsOf(
          'states',
          'CreateActivity DeleteActivity DescribeActivity TagResource UntagResource ListTagsForResource',
        ),
        arnsOf('states', 'activity:{name}'),
      ),
    ],
  },
];
