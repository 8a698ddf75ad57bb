import { script } from './connection.js';
import { names, place, writing } from './session-lua.js';
import { layout } from './session-row.js';

/** What a script begins its answer with. */
export type Outcome = 'OK' | 'LOST' | 'MOVED' | 'HELD';

/**
 * Applies the changes of one batch and moves the checkpoint, if the view is still where the batch begins. A change that
 * is not newer than the row is refused, one that is not the next in its stream makes the row unknown, and a tombstone
 * stays what it is. What is live is left as it is while a rebuild holds it.
 */
export const applyBatch = script(`${names}${writing}${place}
local epoch, checkpoint, parks, up_to, fresh_until = arg(), arg(), arg(), arg(), arg()
local tombstone_ttl, unknown_ttl = arg(), arg()
keep = tonumber(arg())
local found = redis.call('HMGET', meta, 'epoch', 'checkpoint', 'parks')
if not found[1] then return {'LOST', now} end
if found[1] ~= epoch or found[2] ~= checkpoint or found[3] ~= parks then return {'MOVED', now} end
if generation == '' and redis.call('EXISTS', hold) == 1 then return {'HELD', now} end

local touched = {}
local apply = {}
function apply.put()
  local id, revision = arg(), arg()
  local new = {epoch, 'A', revision}
  for i = 1, ${layout.fields} do new[3 + i] = arg() end
  touched[id] = true
  local row = read(id, epoch)
  if row and (row[2] == 'T' or tonumber(row[3]) >= tonumber(revision)) then return end
  write_session(id, new)
end
function apply.set()
  local id, revision, count = arg(), arg(), tonumber(arg())
  local changed = {}
  for i = 1, count do changed[i] = {tonumber(arg()), arg()} end
  touched[id] = true
  local row = read(id, epoch)
  local own = row and tonumber(row[3]) or -1
  if row and (row[2] == 'T' or own >= tonumber(revision)) then return end
  if row and row[2] == 'A' and own + 1 == tonumber(revision) then
    row[3] = revision
    for _, change in ipairs(changed) do row[change[1]] = change[2] end
    write_session(id, row)
  else
    write(id, {epoch, 'U', revision, '', ''}, 'PX', unknown_ttl)
  end
end
function apply.remove()
  local id, revision = arg(), arg()
  local row = read(id, epoch)
  if row and row[2] == 'T' then return end
  write_tombstone(id, epoch, revision, row, tombstone_ttl)
end
apply['remove-subject'] = function()
  local app, subject = arg(), arg()
  local owned = owned_by(app, subject, epoch)
  if tombstone_ttl ~= '0' then redis.call('SET', gone(app, subject), '', 'PX', tombstone_ttl) end
  for _, handle in ipairs(redis.call('ZRANGE', owned, 0, -1)) do
    local id = app .. '.' .. handle
    local row = read(id, epoch)
    if row and row[2] == 'A' then end_row(id, epoch, row[3], tombstone_ttl) end
  end
  redis.call('DEL', owned)
end
function apply.park()
  local stream, noted = arg(), arg()
  redis.call('HSET', parked, stream, noted)
  local id = string.match(stream, '^session%-(.*)$')
  if id then touched[id] = true end
end
function apply.unpark() redis.call('HDEL', parked, arg()) end

local parks_changed = false
while at < #ARGV do
  local what = arg()
  if what == 'park' or what == 'unpark' then parks_changed = true end
  apply[what]()
end
if parks_changed then redis.call('HINCRBY', meta, 'parks', 1) end
if redis.call('EXISTS', parked) == 1 then
  for id in pairs(touched) do
    if redis.call('HEXISTS', parked, 'session-' .. id) == 1 then redis.call('DEL', row_of(id, epoch)) end
  end
end
redis.call('HSET', meta, 'checkpoint', up_to, 'seen', now)
if tonumber(fresh_until) > now then redis.call('SET', live, epoch, 'PXAT', fresh_until) end
return {'OK', now, redis.call('HGET', meta, 'parks')}
`);

/** Lets the rows be believed for longer, if the view is where its projector thinks it is. */
export const renew = script(`${names}
local epoch, checkpoint, parks, fresh_until = arg(), arg(), arg(), arg()
local found = redis.call('HMGET', meta, 'epoch', 'checkpoint', 'parks')
if not found[1] then return {'LOST', now} end
if found[1] ~= epoch or found[2] ~= checkpoint or found[3] ~= parks then return {'MOVED', now} end
redis.call('HSET', meta, 'seen', now)
if tonumber(fresh_until) > now then redis.call('SET', live, epoch, 'PXAT', fresh_until) end
return {'OK', now}
`);

/** Tells where the view is. */
export const look = script(`${names}${place}
local found = redis.call('HMGET', meta, 'epoch', 'checkpoint', 'parks', 'seen')
if not found[1] then return {'LOST', now} end
return {'OK', now, found[1], found[2], found[3], found[4], redis.call('HVALS', parked)}
`);

/** Begins an epoch: all rows that are there are void. */
export const begin = script(`${names}
local before, epoch, checkpoint = arg(), arg(), arg()
if (redis.call('HGET', meta, 'epoch') or '') ~= before then return {'MOVED', now} end
redis.call('DEL', live, parked, meta)
redis.call('HSET', meta, 'epoch', epoch, 'checkpoint', checkpoint, 'parks', '0', 'seen', now)
while at < #ARGV do redis.call('HSET', parked, arg(), arg()) end
return {'OK', now}
`);

/**
 * Lets one reader at a time bring back a session that is not there, for as long as its lease: whatever happens to the
 * session meanwhile takes the lease away. Answers with the row, if there is one by now.
 */
export const lease = script(`${names}
local id, token, ttl = arg(), arg(), tonumber(arg())
local epoch = redis.call('GET', live)
if not epoch then return {'LOST'} end
if redis.call('HEXISTS', parked, 'session-' .. id) == 1 then return {'MOVED'} end
local row = read(id, epoch)
if row and row[2] ~= 'U' then return {'OK', epoch, redis.call('GET', row_of(id, epoch))} end
if row and row[4] ~= '' and tonumber(row[5]) > now then return {'MOVED'} end
local left = row and redis.call('PTTL', row_of(id, epoch)) or 0
write(id, {epoch, 'U', row and row[3] or '-1', token, tostring(now + ttl)}, 'PX', math.max(left, ttl))
return {'OK', epoch}
`);

/** Writes what a reader has read from the session's stream, if it still has the lease. */
export const remember = script(`${names}${writing}
local epoch, id, token, revision, kind, tombstone_ttl = arg(), arg(), arg(), arg(), arg(), arg()
if redis.call('GET', live) ~= epoch then return {'LOST'} end
local row = read(id, epoch)
if not row or row[2] ~= 'U' or row[4] ~= token or tonumber(row[3]) > tonumber(revision) then return {'MOVED'} end
if (tonumber(row[5]) or 0) <= now then return {'MOVED'} end
if kind == 'T' then write_tombstone(id, epoch, revision, nil, tombstone_ttl)
else
  local new = {epoch, 'A', revision}
  for i = 1, ${layout.fields} do new[3 + i] = arg() end
  local app = string.match(id, '^(.*)%.[^.]*$')
  if redis.call('EXISTS', gone(app, subject_of(new))) == 1 then return {'MOVED'} end
  write_session(id, new)
end
return {'OK'}
`);
