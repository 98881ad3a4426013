import { expose } from 'ump-ng/comlink';

expose({ greet: (name) => `hello ${name}` }, self);
