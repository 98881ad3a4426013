/** The roles that a victim may have. */
import { actorServer, remoteCaller } from './actors.js';
import { client, replier } from './clients.js';
import { bridge, exposer, wrapper } from './comlink.js';
import { connector, listener } from './endpoints.js';
import type { Role } from './role.js';
import { bounded, newHost, oldHost, server } from './servers.js';

export type { Role, Scene } from './role.js';

export const roles: readonly Role[] = [
  ...[server, bounded, client, replier, newHost, oldHost, listener, connector],
  ...[actorServer, remoteCaller, exposer, wrapper, bridge],
];

const byName = new Map(roles.map((role) => [role.name, role]));

export function roleNamed(name: string): Role {
  const role = byName.get(name);
  if (role === undefined) throw new Error(`there is no role named ${name}`);
  return role;
}
