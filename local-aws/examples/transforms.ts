import { CloudFormationClient, CreateChangeSetCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { startLocalAws } from 'local-aws';
import type { Transform } from 'local-aws/transform';

/** A topic for each of a template's `Teams`. */
const topicOfEachTeam: Transform = ({ template: { Teams: teams, ...template }, parameters: { Stage } }) => {
  if (!Array.isArray(teams)) return { refused: 'Teams must be a list.' };
  const topics = teams.map(String).map((team) => {
    return [team, { Type: 'AWS::SNS::Topic', Properties: { TopicName: `${team}-${String(Stage)}` } }];
  });
  return { template: { ...template, Resources: Object.fromEntries(topics) } };
};

const aws = await startLocalAws({ pace: 'max', transforms: { Topics: topicOfEachTeam } });
const client = aws.client(CloudFormationClient, { account: '111111111111', region: 'us-east-1' });
const names = { StackName: 'news', ChangeSetName: 'first' };
const TemplateBody = 'Transform: Topics\nParameters: { Stage: { Type: String, Default: test } }\nTeams: [orders]';
await client.send(new CreateChangeSetCommand({ ...names, ChangeSetType: 'CREATE', TemplateBody }));
const processed = await client.send(new GetTemplateCommand(names));
console.log(processed.TemplateBody);
await aws.close();
