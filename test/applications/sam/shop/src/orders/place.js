const { save } = require('./lib/store');

exports.handler = async ({ body }) => {
  const order = JSON.parse(body);
  return { statusCode: 201, body: JSON.stringify(await save(order)) };
};
