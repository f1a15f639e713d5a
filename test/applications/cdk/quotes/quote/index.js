const VERSION = '1.0.0';

/** The CDK's template gives the state machine the body, and what else came with the request. */
exports.handler = async ({ body, querystring }) => ({
  item: body?.item ?? querystring?.item,
  price: 12,
  version: VERSION,
});
