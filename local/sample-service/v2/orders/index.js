'use strict';

const { randomUUID } = require('node:crypto');
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');

const VERSION = '1.1.0';
const TAX_PERCENT = 20;
const table = new DynamoDBClient({});
const lambda = new LambdaClient({});

/** Takes and shows orders: `POST /orders`, `GET /orders/{id}`, `GET /health`; direct invocations ping it, or price an order without keeping it. */
exports.handler = async (event) => {
  if (event.ping) return { ok: true, version: VERSION };
  if (event.orderId) return dryRun(event.orderId);
  switch (event.routeKey) {
    case 'GET /health':
      return answer(200, { ok: true, version: VERSION });
    case 'POST /orders':
      return takeOrder(event);
    case 'GET /orders/{id}':
      return showOrder(event.pathParameters.id);
    default:
      return answer(404, { message: 'Not found' });
  }
};

/** Prices a fixed order without keeping it: what synthetic traffic invokes. */
function dryRun(orderId) {
  return { orderId, ...priced([{ sku: 'tea', quantity: 2, cents: 450 }]), version: VERSION };
}

async function takeOrder(event) {
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body;
  const { items } = JSON.parse(body || '{}');
  if (!Array.isArray(items) || items.length === 0) return answer(400, { message: 'An order needs at least one item.' });
  const order = { orderId: randomUUID(), items, ...priced(items) };
  await table.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: { pk: { S: `order#${order.orderId}` }, document: { S: JSON.stringify(order) } },
    }),
  );
  await lambda.send(
    new InvokeCommand({ FunctionName: process.env.RECEIPTS, InvocationType: 'Event', Payload: JSON.stringify(order) }),
  );
  return answer(201, order);
}

async function showOrder(orderId) {
  const { Item } = await table.send(
    new GetItemCommand({ TableName: process.env.TABLE, Key: { pk: { S: `order#${orderId}` } } }),
  );
  return Item === undefined
    ? answer(404, { message: `No order ${orderId}` })
    : answer(200, JSON.parse(Item.document.S));
}

/** Since 1.1.0 an order also says what tax its total holds. */
function priced(items) {
  const netCents = items.reduce((sum, item) => sum + item.quantity * item.cents, 0);
  const taxCents = Math.round((netCents * TAX_PERCENT) / 100);
  return { netCents, taxCents, totalCents: netCents + taxCents };
}

function answer(statusCode, document) {
  const headers = { 'content-type': 'application/json', 'x-orders-version': VERSION };
  return { statusCode, headers, body: JSON.stringify(document) };
}
