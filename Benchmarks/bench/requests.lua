-- The requests of the workloads, and a line of JSON at the end:
--
--     wrk … -s requests.lua URL -- WORKLOAD SEED USERS RUN
--
-- RUN makes the addresses of new users unlike those of other runs.
-- Requests are put together by hand: wrk.format costs the machine more than a fast responder does.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
  thread:set("sent", 0)
  thread:set("taken", 0)
end

local make

local function get(path)
  return "GET " .. path .. " HTTP/1.1\r\nHost: localhost\r\n\r\n"
end

local function with_body(method, path, body)
  return method .. " " .. path .. " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    .. #body .. "\r\n\r\n" .. body
end

function init(arguments)
  local workload, seed, users = arguments[1], tonumber(arguments[2]), tonumber(arguments[3])
  local random, count = math.random, 0
  math.randomseed(seed * 1000 + number)

  local function read()
    return get("/users/" .. random(users))
  end
  local function update()
    return with_body("PATCH", "/users/" .. random(users), '{"name":"User ' .. random(1000000, 9999999) .. '"}')
  end

  local function create()
    count = count + 1
    local email = "new-" .. arguments[4] .. "-" .. number .. "-" .. count .. "@example.com"
    return with_body("POST", "/users/", '{"email":"' .. email .. '","name":"User ' .. count .. '"}')
  end
  -- Of so many creates in a hundred the address is somebody else's.
  local function create_with(share)
    return function()
      if random(100) > share then return create() end
      taken = taken + 1
      return with_body("POST", "/users/", '{"email":"user' .. random(users) .. '@example.com","name":"Taken"}')
    end
  end

  local workloads = {
    read = read,
    missing = function() return get("/users/" .. users + random(1000000000)) end,
    list = function() return get("/users/?skip=" .. random(0, 5000) .. "&limit=100") end,
    deep = function() return get("/users/?skip=900000&limit=100") end,
    create = create,
    taken5 = create_with(5),
    taken25 = create_with(25),
    update = update,
    mix = function() return random(10) == 1 and update() or read() end,
  }
  make = workloads[workload]
end

function request()
  sent = sent + 1
  return make()
end

function done(summary, latency)
  local total, expected = 0, 0
  for _, thread in ipairs(threads) do
    total = total + thread:get("sent")
    expected = expected + thread:get("taken")
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"sent":%d,"answered":%d,"taken":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"refused":%d,"broken":%d}\n',
    total, summary.requests, expected, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
