// The frame of every contender: serves as its address says.
import { service } from '../service.mjs';
import { frames } from './frames.mjs';

const [contender, mode, origin] = location.hash.slice(1).split('/').map(decodeURIComponent);
void frames[contender].serve(service(mode), origin);
