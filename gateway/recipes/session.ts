import type { Endpoint } from '../endpoint.js';

export const sessionEndpoints: readonly Endpoint[] = [];
