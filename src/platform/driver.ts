/** `#platform` where it is not known before the code runs whether the ports are Node's. */
import type { Driver } from '../core/transport/driver.js';
import { nodeDriver } from '../node/driver.js';
import { createDriver as createWebDriver } from '../web/driver.js';

export const createDriver = (): Driver => nodeDriver() ?? createWebDriver();
