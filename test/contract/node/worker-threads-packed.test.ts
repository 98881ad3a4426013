import { describeContract } from './describe-contract.js';

describeContract('worker threads, packed');
