import type { Endpoint } from '../endpoint.js';

export const jwtEndpoints: readonly Endpoint[] = [];
