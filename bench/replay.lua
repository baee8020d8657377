-- Sends prepared requests, each once, from one file per thread; prints one JSON line.
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  wraps, failed = 0, 0
  path = args[1] .. "." .. number
  file = assert(io.open(path, "rb"))
end

function request()
  local digits = file:read(8)
  if not digits then
    wraps = wraps + 1
    file:seek("set", 0)
    digits = file:read(8)
  end
  return file:read(tonumber(digits))
end

function response(status)
  if status < 200 or status > 299 then failed = failed + 1 end
end

function done(summary, latency)
  local wraps, failed = 0, 0
  for _, thread in ipairs(threads) do
    wraps = wraps + thread:get("wraps")
    failed = failed + thread:get("failed")
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers": %d, "seconds": %.3f, "failed": %d, "broken": %d, "wraps": %d, ' ..
    '"p50_ms": %.2f, "p99_ms": %.2f, "max_ms": %.2f}\n',
    summary.requests, summary.duration / 1e6, failed,
    errors.connect + errors.read + errors.write + errors.timeout, wraps,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
