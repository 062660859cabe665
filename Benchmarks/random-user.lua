-- Each request reads a random user; the argument is how many there are.
local count

function init(arguments)
  count = tonumber(arguments[1])
  math.randomseed(os.time() + math.floor(os.clock() * 1e6))
end

function request()
  return wrk.format("GET", "/users/" .. math.random(1, count))
end
