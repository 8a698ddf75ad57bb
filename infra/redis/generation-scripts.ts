import { script } from './connection.js';
import { names } from './session-lua.js';

const lock = `
local lock, generations = prefix .. 'rebuild', prefix .. 'generations'
`;

/** Begins to fill a generation, unless somebody is filling one. Of others that were not finished nothing can be made. */
export const take = script(`${names}${lock}
local generation, epoch, task, ttl = arg(), arg(), arg(), arg()
if redis.call('EXISTS', lock) == 1 then return {'MOVED'} end
local current = generation_of(redis.call('HGET', meta, 'epoch') or '')
for _, other in ipairs(redis.call('HKEYS', generations)) do
  if other ~= current then
    redis.call('DEL', prefix .. other .. ':meta', prefix .. other .. ':parked')
    redis.call('HSET', generations, other, 'left')
  end
end
redis.call('SET', lock, generation, 'PX', ttl)
redis.call('HSET', generations, generation, task)
redis.call('HSET', prefix .. generation .. ':meta', 'epoch', epoch, 'checkpoint', '-1', 'parks', '0', 'seen', now)
return {'OK'}
`);

/** Says that whoever fills a generation is still at it. */
export const tend = script(`${names}${lock}
local generation, ttl = arg(), arg()
if redis.call('GET', lock) ~= generation then return {'LOST'} end
redis.call('PEXPIRE', lock, ttl)
return {'OK'}
`);

/** Lets somebody else begin. */
export const leave = script(`${names}${lock}
if redis.call('GET', lock) == arg() then redis.call('DEL', lock) end
return {'OK'}
`);

/** Keeps what is live as it is for a moment. Answers with its checkpoint, if there is any. */
export const holdLive = script(`${names}${lock}
local generation, ttl = arg(), arg()
if redis.call('GET', lock) ~= generation then return {'LOST'} end
redis.call('SET', hold, generation, 'PX', ttl)
return {'OK', redis.call('HGET', meta, 'checkpoint')}
`);

/** Lets what is live go on. */
export const release = script(`${names}
if redis.call('GET', hold) == arg() then redis.call('DEL', hold) end
return {'OK'}
`);

/**
 * Makes a generation the live one, if it holds all that the live one does: then the word that rows may be believed holds
 * for it as well. Whoever writes to the other one is told by its next script, because the epoch is another.
 */
export const switchOver = script(`${names}${lock}
local generation, aside = arg(), arg()
local own, own_parked = prefix .. generation .. ':meta', prefix .. generation .. ':parked'
local found = redis.call('HMGET', own, 'epoch', 'checkpoint')
if not found[1] or redis.call('GET', lock) ~= generation then return {'LOST'} end
local before = redis.call('HMGET', meta, 'epoch', 'checkpoint')
if before[1] and tonumber(found[2]) < tonumber(before[2]) then return {'MOVED'} end
local word = redis.call('GET', live)
redis.call('DEL', parked, hold)
if redis.call('EXISTS', own_parked) == 1 then redis.call('RENAME', own_parked, parked) end
redis.call('RENAME', own, meta)
redis.call('HSET', meta, 'seen', now)
if before[1] and word == before[1] then redis.call('SET', live, found[1], 'KEEPTTL') else redis.call('DEL', live) end
redis.call('HDEL', generations, generation)
if before[1] then redis.call('HSET', generations, generation_of(before[1]), aside) end
return {'OK', found[2]}
`);

/**
 * Removes keys of generations that nobody uses, as far as one step of a scan comes upon them. The live one is used, and
 * the one that somebody is at, unless that is the caller and he has done with it.
 */
export const sweep = script(`${names}${lock}
local own, has_done, cursor, pattern, count = arg(), arg() == '1', arg(), arg(), arg()
local current = generation_of(redis.call('HGET', meta, 'epoch') or '')
local tended = redis.call('GET', lock)
if has_done and tended == own then tended = nil end
local function is_used(generation) return generation == current or generation == tended end
local step = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', count)
for _, key in ipairs(step[2]) do
  local generation = string.match(string.sub(key, #prefix + 1), '^(%x+):')
  if generation and not is_used(generation) then redis.call('UNLINK', key) end
end
if step[1] == '0' then
  for _, generation in ipairs(redis.call('HKEYS', generations)) do
    if not is_used(generation) then redis.call('HDEL', generations, generation) end
  end
end
return {'OK', step[1]}
`);

/** The generations beside the live one with what became of them, and the one that somebody is at, if any. */
export const beside = script(`${names}${lock}
return {'OK', redis.call('GET', lock), redis.call('HGETALL', generations)}
`);

const pairing = `
local generation = arg()
local epochs = {redis.call('HGET', meta, 'epoch') or '', redis.call('HGET', prefix .. generation .. ':meta', 'epoch')}
if not epochs[2] then return {'LOST'} end
local pairs_found = {}
local function add(id)
  table.insert(pairs_found, id)
  for i = 1, 2 do table.insert(pairs_found, redis.call('GET', row_of(id, epochs[i]))) end
end
`;

/**
 * Rows of the live generation beside those of another, each pair as of one moment, as far as one step of a scan comes
 * upon them.
 */
export const scanPairs = script(`${names}${pairing}
local cursor, pattern, count = arg(), arg(), arg()
local current = generation_of(epochs[1])
local step = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', count)
for _, key in ipairs(step[2]) do
  local of, id = string.match(string.sub(key, #prefix + 1), '^(%x+):s:(.*)$')
  if of == current or (of == generation and redis.call('EXISTS', row_of(id, epochs[1])) == 0) then add(id) end
end
return {'OK', epochs[1], epochs[2], pairs_found, step[1]}
`);

/** The same of given sessions. */
export const pairsOf = script(`${names}${pairing}
while at < #ARGV do add(arg()) end
return {'OK', epochs[1], epochs[2], pairs_found}
`);
