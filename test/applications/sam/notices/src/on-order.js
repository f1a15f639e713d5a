const version = '1.0.0';

exports.handler = async ({ detail, source }) => {
  console.log(JSON.stringify({ source, id: detail.id, version }));
};
