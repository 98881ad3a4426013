import { browserDeaths, killing } from './deaths.js';
import { security } from './security.js';
import { windows } from './windows.js';

export const all = {
  windows,
  'hostile pages': security,
  deaths: browserDeaths,
  'random deaths': killing,
};
