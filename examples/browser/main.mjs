// Serves the example: each thread loads a script of its own.
import { serve } from '../pages/serve.mjs';

const threads = ['page.ts', 'iframe.ts', 'server.ts', 'helper.ts'];
await serve(import.meta.dirname, [...threads, 'style.css']);
