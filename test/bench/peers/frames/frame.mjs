// Serves by the library, and for the origin, that its address names.
import { peers } from './peers.mjs';

const [peer, origin] = location.hash.slice(1).split('/').map(decodeURIComponent);
void peers[peer].serve(origin);
