import { layout } from './session-row.js';

/**
 * Names and rows. KEYS[1] is the hash about the view as a whole; all other keys are beside it, in the same slot:
 *
 * - `meta`: the epoch, the checkpoint, a counter of changes to the parked streams, and when it was last written;
 * - `live`: the epoch, for as long as its rows may be believed;
 * - `parked`: parked streams;
 * - `g:<app key>.<subject>`: a user that was deleted a short time ago;
 * - `<generation>:s:<app key>.<handle>`: a session;
 * - `<generation>:u:<app key>.<subject>`: handles of the sessions of a user, by the time they expire;
 *
 * and while a rebuild is at work (generation-scripts.ts):
 *
 * - `<generation>:meta` and `<generation>:parked`: the same about a generation that is being filled;
 * - `rebuild`: the generation that somebody is filling or removing what it has replaced;
 * - `generations`: generations beside the live one, and what became of them;
 * - `hold`: the live generation stays as it is for a moment.
 *
 * An epoch begins with the generation that its rows are in: `<generation>/<random>`.
 */
export const names = `
local prefix = string.sub(KEYS[1], 1, -5)
local meta, parked, live, hold = KEYS[1], prefix .. 'parked', prefix .. 'live', prefix .. 'hold'
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local at = 0
local function arg() at = at + 1; return ARGV[at] end
local function generation_of(epoch) return string.match(epoch, '^[^/]*') end
local function row_of(id, epoch) return prefix .. generation_of(epoch) .. ':s:' .. id end
local function owned_by(app, subject, epoch) return prefix .. generation_of(epoch) .. ':u:' .. app .. '.' .. subject end
local function gone(app, subject) return prefix .. 'g:' .. app .. '.' .. subject end
local function read(id, epoch)
  local raw = redis.call('GET', row_of(id, epoch))
  if not raw then return nil end
  local ok, row = pcall(cmsgpack.unpack, raw)
  if ok and type(row) == 'table' and row[1] == epoch and tonumber(row[3]) then return row end
  return nil
end
local function write(id, row, option, time)
  redis.call('SET', row_of(id, row[1]), cmsgpack.pack(row), option, time)
end
`;

/** Which generation a script is about: the live one, or one that is being filled. */
export const place = `
local generation = arg()
if generation ~= '' then
  meta, parked = prefix .. generation .. ':meta', prefix .. generation .. ':parked'
end
`;

/**
 * Writing sessions, tombstones and what is not known. Rows are kept for `keep` ms at least, also those of sessions that
 * have expired: what comes later in the log may make them last. A tombstone that is to be kept for no time is no row.
 */
export const writing = `
local keep = 0
local function subject_of(row)
  local subject = row[${layout.subject}]
  if subject == '' then subject = row[${layout.user}] end
  return subject
end
local function write_session(id, row)
  local ends = math.max(tonumber(row[${layout.expiresAt}]), now + keep)
  if ends <= now then redis.call('DEL', row_of(id, row[1])); return end
  write(id, row, 'PXAT', ends)
  local app, handle = string.match(id, '^(.*)%.([^.]*)$')
  local owned = owned_by(app, subject_of(row), row[1])
  redis.call('ZREMRANGEBYSCORE', owned, '-inf', now)
  redis.call('ZADD', owned, ends, handle)
  if redis.call('PTTL', owned) < ends - now then redis.call('PEXPIREAT', owned, ends) end
end
local function end_row(id, epoch, revision, ttl)
  if ttl == '0' then redis.call('DEL', row_of(id, epoch)) else write(id, {epoch, 'T', revision}, 'PX', ttl) end
end
local function write_tombstone(id, epoch, revision, row, ttl)
  if row and row[2] == 'A' then
    local app, handle = string.match(id, '^(.*)%.([^.]*)$')
    redis.call('ZREM', owned_by(app, subject_of(row), epoch), handle)
  end
  end_row(id, epoch, revision, ttl)
end
`;
