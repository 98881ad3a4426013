// The worker of every contender: serves as its address says.
import { service } from '../service.mjs';
import { contenders } from './contenders.mjs';

const [contender, mode] = location.hash.slice(1).split('/');
void contenders[contender].serve(service(mode));
