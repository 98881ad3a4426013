const { testChecks } = require('../app/test-checks.cjs');

testChecks({ ...require('ump-ng'), ...require('ump-ng/actors'), ...require('ump-ng/sync') }, jest);
