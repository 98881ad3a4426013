import { expose } from 'threads/worker';

expose({ crash: () => process.exit(1) });
