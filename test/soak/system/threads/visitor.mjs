// A thread, or in browsers a frame, that connects to the hub, asks it some questions, and leaves.
import { openVisit } from '../surroundings.mjs';

const QUESTIONS = 20;

const { hub, polite, report } = await openVisit();
try {
  let sum = 0;
  for (let n = 0; n < QUESTIONS; n++) sum += await hub.req(n);
  // Otherwise the hub must notice that this agent is gone.
  if (polite) hub.close();
  report({ sum });
} catch (error) {
  report({ error: String(error) });
}
