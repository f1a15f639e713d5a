const { DynamoDBClient, ScanCommand } = require('@aws-sdk/client-dynamodb');

const client = new DynamoDBClient({});
const version = '1.0.0';

exports.handler = async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: process.env.PRODUCTS, Limit: 20 }));
  return { products: Items, stage: process.env.STAGE, version };
};
