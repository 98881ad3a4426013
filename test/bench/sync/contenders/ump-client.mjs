import { connect } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';
import { spawn } from '../spawn.mjs';

/**
 * The client side, the same whether the server blocks or not.
 *
 * @param {import('ump-ng/sync').BlockOptions} options for both sides
 * @returns {import('../spawn.mjs').BlockingCaller}
 */
export function openClient(contender, options) {
  const client = connect(spawn(contender, options));
  return { call: (value) => reqSync(client, value, options) };
}
