const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const client = new DynamoDBClient();
const version = '1.0.0';

exports.handler = async ({ body }) => {
  const { id } = JSON.parse(body);
  await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  return { statusCode: 201, body: JSON.stringify({ received: true, version }) };
};
