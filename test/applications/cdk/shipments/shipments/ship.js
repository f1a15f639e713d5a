const version = '1.0.0';

exports.handler = async ({ detail }) => console.log(JSON.stringify({ shipped: detail.id, version }));
