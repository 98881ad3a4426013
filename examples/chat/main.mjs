// Serves the example: one script for the tabs, one for the SharedWorker.
import { serve } from '../pages/serve.mjs';

await serve(import.meta.dirname, ['page.ts', 'room.ts', 'style.css']);
