const VERSION = '1.0.0';

exports.handler = async ({ identitySource }) => ({
  isAuthorized: identitySource[0] === 'Bearer sesame',
  context: { who: 'ada', by: VERSION },
});
