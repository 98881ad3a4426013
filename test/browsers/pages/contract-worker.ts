import '../../contract/rigs/web-worker-entry.js';
