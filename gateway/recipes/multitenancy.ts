import type { Endpoint } from '../endpoint.js';

export const multitenancyEndpoints: readonly Endpoint[] = [];
