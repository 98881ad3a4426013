import { listen } from 'ump-ng';

// Not awaited here: the simulated worker gets no message before its module has ended.
void serve(listen(self));

async function serve(server) {
  for await (const { msg, rctx } of server) rctx?.reply(`hello ${msg}`);
}
