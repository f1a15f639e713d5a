exports.hello = 'welcome';
