const version = '1.0.0';

exports.lambdaHandler = async ({ id, by }) => {
  console.log(JSON.stringify({ id, by, version }));
  return { charged: true, version };
};
