import { testIn } from './engine-suite.js';

testIn('WebKit');
