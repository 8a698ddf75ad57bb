import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { sessionViewContract } from './contract.js';
import { onRedis } from './redis-store.js';

describe('Redis', () => {
  let server: RedisServer;

  before(async () => {
    server = await startRedis();
  });

  after(() => server?.remove());

  sessionViewContract('Redis', (log, passed) => onRedis(server.url, 'contract')(log, passed));
});
