// A child of the supervisor, which now and then dies.
import { serveWorker } from 'ump-ng/actors';
import { die } from '../surroundings.mjs';

serveWorker({
  lengthOf: (text) => text.length,
  crash: die,
});
