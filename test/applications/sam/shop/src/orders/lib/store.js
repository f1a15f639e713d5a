const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const client = new DynamoDBClient({});
const version = '1.0.0';

exports.save = async ({ id, sku }) => {
  const Item = { id: { S: id }, sku: { S: sku } };
  await client.send(new PutItemCommand({ TableName: process.env.ORDERS, Item }));
  return { placed: sku, version };
};
