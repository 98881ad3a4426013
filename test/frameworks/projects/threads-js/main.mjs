import { Pool, spawn, Thread, Worker } from 'threads';

const there = await spawn(new Worker('./worker.mjs'));
console.log(await there.count('to be or not to be'));
await there.open('a.txt').catch((error) => console.log(error.name, error.message));
await new Promise((resolve) => {
  there.upTo(3).subscribe({ next: (n) => console.log(n), complete: resolve });
});
console.log((await there.bytes(8)).byteLength);
await Thread.terminate(there);

const pool = Pool(() => spawn(new Worker('./worker.mjs')), { size: 2 });
const texts = ['one', 'one two', 'one two three'];
console.log(await Promise.all(texts.map((text) => pool.queue((each) => each.count(text)))));
await pool.terminate();
