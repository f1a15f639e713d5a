exports.handler = async () => ({ color: process.env.COLOR, version: '1.0.0' });
