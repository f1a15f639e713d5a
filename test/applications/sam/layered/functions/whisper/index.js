const { shout } = require('shout');

exports.handler = async () => ({ said: shout('hello').toLowerCase(), version: '1.0.0' });
