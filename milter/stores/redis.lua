-- SPDX-License-Identifier: BSD-2-Clause
-- Counters of rates and quotas in Redis or Valkey: one call, all its keys, at once. The arithmetic is that of policy/limit.c, the
-- marks and the text of a counter are those of milter/stores/counter.c.
--
--   KEYS     the counters, each once or several times
--   ARGV[1]  look, charge or release
--   then for each key: kind, amount, period in microseconds, burst, units, whether it is enforced (0, 1)
-- Gives the server's time in microseconds, then for each key its flags (1: over, 2: 80 % were reached, 4: 100 % were) and its text.
-- An error that begins with COUNTER is about what is kept under a key, and nothing was changed.
--
-- Numbers are doubles: whole ones are exact up to 2^53. Amounts are at most 10^15, times in microseconds reach 2^53 in the year 2255; what is
-- owed is kept as whole microseconds and a part of amount, and products are divided before they grow. More than DEBT_MAX is not owed.

local SLICES = 60
local DEBT_MAX = 2 ^ 52
local floor = math.floor

local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000000 + tonumber(clock[2])

-- a * b / c, whole and rest, for whole numbers up to 2^53 whose product may be far larger; c is at most 10^15.
local function divide_product(a, b, c)
	local whole, rest = 0, 0
	local b_whole, b_rest = floor(b / c), b % c
	local bits = {}
	while a > 0 do
		bits[#bits + 1] = a % 2
		a = floor(a / 2)
	end
	for i = #bits, 1, -1 do
		whole, rest = whole * 2, rest * 2
		if rest >= c then
			whole, rest = whole + 1, rest - c
		end
		if bits[i] == 1 then
			whole, rest = whole + b_whole, rest + b_rest
			if rest >= c then
				whole, rest = whole + 1, rest - c
			end
		end
	end
	return whole, rest
end

local function new_state()
	local state = { at = 0 }
	for i = 0, SLICES - 1 do
		state[i] = 0
	end
	return state
end

local function copy_state(state)
	local copy = { at = state.at }
	for i = 0, SLICES - 1 do
		copy[i] = state[i]
	end
	return copy
end

-- Rates. A debt is whole microseconds and a part of one, in parts of 1 / amount.

local function debt_of_units(limit, units)
	local us, part = divide_product(units, limit.period, limit.amount)
	if us > DEBT_MAX then
		return DEBT_MAX, 0
	end
	return us, part
end

local function slice_us(limit)
	return floor((limit.period + SLICES - 2) / (SLICES - 1))
end

local function rate_clock(limit, state)
	local counted = state[1]
	if counted > now and counted - now < slice_us(limit) then
		return counted
	end
	return now
end

local function rate_debt(limit, state)
	local from = math.max(now, state[1])
	if state.at < from then
		return 0, 0
	end
	return state.at - from, math.min(state[0], limit.amount - 1)
end

local function rate_owe(limit, state, us, part)
	local from = rate_clock(limit, state)
	state.at, state[0], state[1] = from + us, part, from
end

local function debt_add(limit, us, part, more_us, more_part)
	us, part = us + more_us, part + more_part
	if part >= limit.amount then
		us, part = us + 1, part - limit.amount
	end
	return us, part
end

local function rate_used(limit, state)
	local us, part = rate_debt(limit, state)
	local units, rest = divide_product(us, limit.amount, limit.period)
	local part_units, part_rest = floor(part / limit.period), part % limit.period
	units = units + part_units
	if rest + part_rest > limit.period then
		return units + 2
	end
	return rest + part_rest > 0 and units + 1 or units
end

local rate = {}

function rate.passes(limit, state, units)
	local us, part = rate_debt(limit, state)
	if us == 0 and part == 0 then
		return true
	end
	us, part = debt_add(limit, us, part, debt_of_units(limit, units))
	local most_us, most_part = debt_of_units(limit, limit.burst)
	return us < most_us or (us == most_us and part <= most_part)
end

function rate.take(limit, state, units)
	local us, part = rate_debt(limit, state)
	rate_owe(limit, state, debt_add(limit, us, part, debt_of_units(limit, units)))
end

function rate.give_back(limit, state, units)
	local us, part = rate_debt(limit, state)
	local less_us, less_part = debt_of_units(limit, units)
	us, part = us - less_us, part - less_part
	if part < 0 then
		us, part = us - 1, part + limit.amount
	end
	if us < 0 then
		us, part = 0, 0
	end
	rate_owe(limit, state, us, part)
end

-- Whether the clock went back further than is waited out.
function rate.follow(limit, state)
	if rate_clock(limit, state) >= state[1] then
		return false
	end
	rate_owe(limit, state, rate_debt(limit, state))
	return true
end

rate.used = rate_used

function rate.set(limit, state, used)
	rate_owe(limit, state, debt_of_units(limit, used))
end

function rate.expires_in(_, state)
	return state.at - now + 1
end

-- Quotas. state.at is the newest slice.

local quota = {}

local function turn_back(state, slice)
	local before = {}
	for i = 0, SLICES - 1 do
		before[i] = state[i]
	end
	for age = 0, SLICES - 1 do
		state[(slice + age) % SLICES] = before[(state.at + age) % SLICES]
	end
	state.at = slice
end

function quota.follow(limit, state)
	local slice = floor(now / slice_us(limit))
	if state.at - slice <= 1 then
		return false
	end
	turn_back(state, slice)
	return true
end

local function bring_to_now(limit, state)
	local slice = floor(now / slice_us(limit))
	if slice <= state.at then
		quota.follow(limit, state)
		return
	end
	for i = math.max(state.at, slice - SLICES) + 1, slice do
		state[i % SLICES] = 0
	end
	state.at = slice
end

function quota.used(limit, state)
	local brought = copy_state(state)
	bring_to_now(limit, brought)
	local sum = 0
	for i = 0, SLICES - 1 do
		sum = sum + brought[i]
	end
	return sum
end

function quota.passes(limit, state, units)
	return units <= math.max(limit.amount - quota.used(limit, state), 0)
end

function quota.take(limit, state, units)
	bring_to_now(limit, state)
	local newest = state.at % SLICES
	state[newest] = state[newest] + units
end

function quota.give_back(limit, state, units)
	bring_to_now(limit, state)
	for age = 0, SLICES - 1 do
		local i = (state.at - age) % SLICES
		local less = math.min(units, state[i])
		state[i] = state[i] - less
		units = units - less
	end
end

function quota.set(limit, state, used)
	state.at = floor(now / slice_us(limit))
	state[state.at % SLICES] = used
end

function quota.expires_in(limit, _)
	return SLICES * slice_us(limit)
end

local kinds = { rate = rate, quota = quota }

-- Counters.

local function read_counter(text)
	local kind, amount, period, burst, most, all, at, buckets =
		string.match(text, '^1 (%a+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)(.*)$')
	if not kinds[kind] then
		return nil
	end
	local counter = {
		limit = { kind = kind, amount = tonumber(amount), period = tonumber(period), burst = tonumber(burst) },
		most = tonumber(most),
		all = tonumber(all),
		state = new_state(),
		known = true,
	}
	counter.state.at = tonumber(at)
	for i, value in string.gmatch(buckets, ' (%d+):(%d+)') do
		counter.state[tonumber(i)] = tonumber(value)
	end
	if counter.limit.amount < 1 or counter.limit.period < 1000000 then
		return nil
	end
	return counter
end

local function write_counter(counter)
	local limit, state = counter.limit, counter.state
	local words = { string.format('1 %s %.0f %.0f %.0f %.0f %.0f %.0f', limit.kind, limit.amount, limit.period, limit.burst,
		counter.most, counter.all, state.at) }
	for i = 0, SLICES - 1 do
		if state[i] > 0 then
			words[#words + 1] = string.format('%d:%.0f', i, state[i])
		end
	end
	return table.concat(words, ' ')
end

local function load_counter(key)
	local text = redis.pcall('GET', key)
	if type(text) == 'table' then
		return nil
	end
	if not text then
		return { state = new_state(), most = 0, all = 0 }
	end
	return read_counter(text)
end

local function adopt(counter, limit)
	local old = counter.limit
	local same = old and old.kind == limit.kind and old.period == limit.period
	local same_amount = same and old.amount == limit.amount
	if old and not (same_amount or (same and limit.kind == 'quota')) then
		local used = kinds[old.kind].used(old, counter.state)
		counter.state = new_state()
		kinds[limit.kind].set(limit, counter.state, used)
	end
	if not same_amount then
		counter.most, counter.all = 0, 0
	end
	counter.limit = limit
	if counter.known and kinds[limit.kind].follow(limit, counter.state) then
		counter.changed = true
	end
end

local function keep(key, counter)
	local ms = floor(math.max(kinds[counter.limit.kind].expires_in(counter.limit, counter.state), 0) / 1000) + 1000
	redis.call('SET', key, write_counter(counter), 'PX', string.format('%.0f', ms))
end

-- Calls. A charge is { key, limit, units, enforced, counter, flags }.

local function read_charges()
	local charges, counters = {}, {}
	for i, key in ipairs(KEYS) do
		local at = 2 + (i - 1) * 6
		counters[key] = counters[key] or load_counter(key)
		if not counters[key] then
			return nil, key
		end
		charges[i] = {
			key = key,
			limit = { kind = ARGV[at], amount = tonumber(ARGV[at + 1]), period = tonumber(ARGV[at + 2]),
				burst = tonumber(ARGV[at + 3]) },
			units = tonumber(ARGV[at + 4]),
			enforced = ARGV[at + 5] == '1',
			counter = counters[key],
			flags = 0,
		}
	end
	return charges
end

local function passes(charge)
	return charge.units == 0 or kinds[charge.limit.kind].passes(charge.limit, charge.counter.state, charge.units)
end

local function mark(charge, name, flag)
	local counter = charge.counter
	local told = counter[name]
	if told > 0 and told <= now and now - told < charge.limit.period then
		return
	end
	counter[name] = now
	counter.changed = true
	charge.flags = charge.flags + flag
end

local function mark_thresholds(charge)
	local limit, over = charge.limit, charge.flags == 1
	if limit.kind ~= 'quota' then
		return
	end
	local used = quota.used(limit, charge.counter.state)
	if used >= limit.amount - floor(limit.amount / 5) then
		mark(charge, 'most', 2)
	end
	if over or used >= limit.amount then
		mark(charge, 'all', 4)
	end
end

local function look(charges)
	for _, charge in ipairs(charges) do
		adopt(charge.counter, charge.limit)
		if not passes(charge) then
			charge.flags = 1
			if charge.counter.known then
				mark_thresholds(charge)
			end
		end
	end
end

local function take_all(charges)
	local refused = false
	for _, charge in ipairs(charges) do
		if not passes(charge) then
			charge.flags = 1
			refused = refused or charge.enforced
		elseif charge.units > 0 then
			kinds[charge.limit.kind].take(charge.limit, charge.counter.state, charge.units)
			charge.counter.changed = true
		end
	end
	return not refused
end

local function charge_all(charges)
	local before = {}
	for i, charge in ipairs(charges) do
		local counter = charge.counter
		adopt(counter, charge.limit)
		before[i] = { state = copy_state(counter.state), changed = counter.changed }
	end
	local taken = take_all(charges)
	if not taken then
		for i, charge in ipairs(charges) do
			charge.counter.state, charge.counter.changed = before[i].state, before[i].changed
		end
	end
	for _, charge in ipairs(charges) do
		if taken or charge.flags == 1 then
			mark_thresholds(charge)
		end
	end
end

local function release_all(charges)
	for _, charge in ipairs(charges) do
		local counter = charge.counter
		adopt(counter, charge.limit)
		if counter.known then
			kinds[charge.limit.kind].give_back(charge.limit, counter.state, charge.units)
			counter.changed = true
		end
	end
end

local charges, unreadable = read_charges()
if not charges then
	return redis.error_reply('COUNTER ' .. unreadable)
end
local calls = { look = look, charge = charge_all, release = release_all }
calls[ARGV[1]](charges)

local answer = { string.format('%.0f', now) }
for _, charge in ipairs(charges) do
	if charge.counter.changed then
		keep(charge.key, charge.counter)
		charge.counter.changed = false
	end
	answer[#answer + 1] = charge.flags
	answer[#answer + 1] = write_counter(charge.counter)
end
return answer
