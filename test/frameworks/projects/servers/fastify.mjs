import Fastify from 'fastify';
import { jobs, statusOf, workers } from './jobs.mjs';

const app = Fastify({ keepAliveTimeout: 5000 }); // its own default is 72 seconds

app.get('/primes/:limit', async (request, reply) => {
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort()); // after a complete response it has no effect
  const job = jobs.with({ signal: gone.signal, timeout: 30_000, killAfter: 1000 });
  return { primes: await job.req.primes(Number(request.params.limit)) };
});

app.get('/stats', async () => {
  const { pending, waiting, utilization } = workers.stats;
  return { pending, waiting, utilization };
});

app.setErrorHandler((error, request, reply) => {
  const status = statusOf(error);
  if (status === 503) reply.header('Retry-After', '1');
  return reply.status(status).send({ error: error.cause?.message ?? error.message });
});

app.addHook('onClose', () => workers.stop());

console.log(await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' }));

process.once('SIGTERM', () => void app.close()); // waits for the last response, then onClose
