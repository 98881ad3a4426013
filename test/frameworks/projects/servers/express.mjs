import express from 'express';
import { jobs, statusOf, workers } from './jobs.mjs';

const app = express();

app.get('/primes/:limit', async (request, response) => {
  const gone = new AbortController();
  response.on('close', () => gone.abort()); // after a complete response it has no effect
  const job = jobs.with({ signal: gone.signal, timeout: 30_000, killAfter: 1000 });
  response.json({ primes: await job.req.primes(Number(request.params.limit)) });
});

app.get('/stats', (request, response) => {
  const { pending, waiting, utilization } = workers.stats;
  response.json({ pending, waiting, utilization });
});

// Express 5 passes the rejection of an async handler on to here.
app.use((error, request, response, next) => {
  if (response.destroyed) return; // its client has gone
  if (response.headersSent) return next(error);
  const status = statusOf(error);
  if (status === 503) response.set('Retry-After', '1');
  response.status(status).json({ error: error.cause?.message ?? error.message });
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  server.close(() => void workers.stop()); // when the last response has been sent
});
