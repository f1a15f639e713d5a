const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const version = '1.0.0';
const client = new DynamoDBClient();

/** Receipts come by a topic, or from whoever asks for one. */
exports.handler = async (event) => {
  const { id } = event.Records ? JSON.parse(event.Records[0].Sns.Message) : event;
  const Item = { id: { S: id }, writtenBy: { S: version } };
  await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
  console.log(JSON.stringify({ id, version }));
  return { id, version };
};
