'use strict';

const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const table = new DynamoDBClient({});

/** Writes the receipt of an order. */
exports.handler = async (order) => {
  if (order.ping) return { ok: true };
  const lines = order.items.map((item) => `${item.quantity} × ${item.sku}`);
  await table.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: {
        pk: { S: `receipt#${order.orderId}` },
        text: {
          S: [
            ...lines,
            `Tax ${(order.taxCents / 100).toFixed(2)}`,
            `Total ${(order.totalCents / 100).toFixed(2)}`,
          ].join('\n'),
        },
      },
    }),
  );
  return { receipt: order.orderId };
};
