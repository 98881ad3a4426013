import * as comlink from './frames/comlink.mjs';
import * as penpal from './frames/penpal.mjs';
import * as raw from './frames/raw.mjs';
import * as ump from './frames/ump.mjs';

export const frames = { raw, ump, penpal, comlink };
