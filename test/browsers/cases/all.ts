import { beside } from './user-messages.js';
import { busyPages } from './busy-pages.js';
import { closeEvents } from './close-events.js';
import { browserDeaths } from './deaths.js';
import { comlinkWindows } from './comlink-windows.js';
import { earlyEnds } from './early-ends.js';
import { handedOver } from './ports-in-transit.js';
import { insecure } from './insecure.js';
import { leftAlone } from './user-listeners.js';
import { loading } from './loading.js';
import { killing } from './random-deaths.js';
import { lostMigrations } from './lost-migrations.js';
import { scripts } from './scripts.js';
import { security } from './security.js';
import { serviceWorkers } from './service-worker.js';
import { sharedPorts } from './shared-ports.js';
import { windows } from './windows.js';

export const all = {
  windows,
  'comlink: windows': comlinkWindows,
  'early ends': earlyEnds,
  'user listeners': leftAlone,
  'hostile pages': security,
  'service workers': serviceWorkers,
  'load failures': loading,
  'insecure contexts': insecure,
  'user messages': beside,
  'close events': closeEvents,
  'busy pages': busyPages,
  scripts,
  deaths: browserDeaths,
  'handed over': handedOver,
  'lost migrations': lostMigrations,
  'ports of a SharedWorker': sharedPorts,
  'random deaths': killing,
};
