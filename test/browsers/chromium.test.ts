import { testIn } from './engine-suite.js';

testIn('Chromium');
