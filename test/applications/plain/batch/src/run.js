const { describe } = require('/opt/nodejs/describe.js');

const version = '1.0.0';

exports.handler = async ({ Records = [] }) => {
  for (const { body } of Records) console.log(describe({ ...JSON.parse(body), version }));
};
