import * as comlink from './contenders/comlink.mjs';
import * as raw from './contenders/raw.mjs';
import * as rawLoop from './contenders/raw-loop.mjs';
import * as rawPort from './contenders/raw-port.mjs';
import * as ump from './contenders/ump.mjs';
import * as umpComlink from './contenders/ump-comlink.mjs';
import * as umpPort from './contenders/ump-port.mjs';

export const contenders = {
  raw,
  'raw-loop': rawLoop,
  ump,
  comlink,
  'ump-comlink': umpComlink,
  'raw-port': rawPort,
  'ump-port': umpPort,
};
