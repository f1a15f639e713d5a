exports.handler = async () => ({ quote: 'Well begun is half done.', version: '1.0.0' });
