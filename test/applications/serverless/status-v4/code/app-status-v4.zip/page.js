exports.handler = async () => ({ status: 'green', version: '1.0.0' });
