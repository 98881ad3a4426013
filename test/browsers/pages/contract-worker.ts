/** A dedicated worker of the contract suite. */
import '../../contract/rigs/web-worker-entry.js';
