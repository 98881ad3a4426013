import { connect } from 'ump-ng';

const worker = new Worker(new URL('./w.js', import.meta.url), { type: 'module' });
const client = connect<never, number, number, string>(worker);

const answer = client.req(21);

// For the console of the browser, and for the test of this page.
Object.assign(globalThis, { worker, client, answer });
