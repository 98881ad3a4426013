import { listen } from 'ump-ng';

for await (const { msg, rctx } of listen()) rctx?.reply(`hello ${msg}`);
