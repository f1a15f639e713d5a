exports.handler = async ({ body }) => ({ added: JSON.parse(body).quote, version: '1.0.0' });
