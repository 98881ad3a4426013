import { describeContract } from './describe-contract.js';

describeContract('one thread');
