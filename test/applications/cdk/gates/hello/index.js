/** Says which version of the door has let in who asks. */
exports.handler = async ({ requestContext: { authorizer } }) => {
  const { who, version } = authorizer.lambda ?? authorizer;
  return { statusCode: 200, body: JSON.stringify({ who, version }) };
};
