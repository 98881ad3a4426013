import { beside } from './beside.js';
import { busyPages } from './busy-pages.js';
import { closeEvents } from './close-events.js';
import { browserDeaths } from './deaths.js';
import { insecure } from './insecure.js';
import { loading } from './loading.js';
import { killing } from './random-deaths.js';
import { security } from './security.js';
import { serviceWorkers } from './service-worker.js';
import { windows } from './windows.js';

export const all = {
  windows,
  'hostile pages': security,
  'service workers': serviceWorkers,
  'load failures': loading,
  'insecure contexts': insecure,
  'beside own messages': beside,
  'close events': closeEvents,
  'busy pages': busyPages,
  deaths: browserDeaths,
  'random deaths': killing,
};
