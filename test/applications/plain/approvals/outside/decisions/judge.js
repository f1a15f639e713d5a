const version = '1.0.0';

exports.handler = async ({ id }) => {
  console.log(JSON.stringify({ id, version }));
  return { approved: true, version };
};
