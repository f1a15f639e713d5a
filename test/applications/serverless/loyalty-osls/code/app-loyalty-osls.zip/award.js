const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const client = new DynamoDBClient({});
const version = '1.0.0';

exports.handler = async ({ detail }) => {
  await client.send(new PutItemCommand({ TableName: process.env.POINTS, Item: { id: { S: detail.id } } }));
  console.log(JSON.stringify({ id: detail.id, version }));
};
