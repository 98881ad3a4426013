// Uses the client of a port until it gets a message, and ends.
import { parentPort, workerData } from 'node:worker_threads';
import { Client } from 'ump-ng';

const client = Client.from(workerData);
client.ref();
parentPort.on('message', (how) => {
  if (how === 'exit') process.exit();
  else if (how === 'throw') throw new Error('part of the test');
});
