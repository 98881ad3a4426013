import { nodeResolve } from '@rollup/plugin-node-resolve';
import workers from '@surma/rollup-plugin-off-main-thread';
import esbuild from 'rollup-plugin-esbuild';

export default {
  input: 'main.ts',
  output: { dir: 'dist', format: 'esm' },
  plugins: [
    nodeResolve(),
    esbuild({ target: 'es2022', minify: true }),
    workers({ silenceESMWorkerWarning: true }),
  ],
};
