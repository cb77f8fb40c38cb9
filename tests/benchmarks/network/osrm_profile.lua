-- Roads, speeds and access out of a table that doorstep wrote (see osrm_profile.py); turn costs by the same formula.

api_version = 4

local ways, barriers, delays, signals = {}, {}, {}, {}
for line in io.lines(@TABLE@) do
  local kind, id, a, b, c, d, e = line:match("^(%a) (%d+) (%S+) (%S+) (%S+) (%S+) (%S+)$")
  id = tonumber(id)
  if kind == "W" then
    ways[id] = { tonumber(a), tonumber(b), c == "1", d == "1", tonumber(e) }
  elseif kind == "N" then
    if a == "1" then barriers[id] = true else delays[id] = tonumber(b) end
  elseif kind == "S" then
    signals[id] = tonumber(a)
  end
end

function setup()
  return {
    properties = {
      weight_name = "routability",
      process_call_tagless_node = false,
      use_turn_restrictions = true,
      continue_straight_at_waypoint = true,
      max_speed_for_map_matching = 180 / 3.6,
      u_turn_penalty = 0
    },
    restrictions = { @VEHICLES@ },
    turn_s = @TURN_S@,
    bias = @BIAS@
  }
end

function process_node(profile, node, result)
  local id = node:id() % @IDS_PER_TILE@
  if barriers[id] then
    obstacle_map:add(node, Obstacle.new(obstacle_type.barrier))
  elseif delays[id] and delays[id] > 0 then
    obstacle_map:add(node, Obstacle.new(obstacle_type.gate, obstacle_direction.both, delays[id], 0))
  end
  if signals[id] then
    local direction = ({ [0] = "none", [1] = "forward", [2] = "backward" })[signals[id]]
    obstacle_map:add(node, Obstacle.new(obstacle_type.traffic_signals, obstacle_direction[direction], @SIGNAL_S@, 0))
  end
end

function process_way(profile, way, result)
  local highway = way:get_value_by_key("highway")
  local route = way:get_value_by_key("route")
  if not highway and not route then return end
  local id = way:id()
  local use = ways[id % @IDS_PER_TILE@]
  -- Roads that join two tiles are in no table.
  if not use and id % @IDS_PER_TILE@ > @IDS_PER_TILE@ - 1000 then use = { @LINK_KMH@, @LINK_KMH@, false, true, 0 } end
  if not use then return end
  result.forward_mode = use[1] > 0 and mode.driving or mode.inaccessible
  result.backward_mode = use[2] > 0 and mode.driving or mode.inaccessible
  if use[5] > 0 then
    result.duration = use[5]
    result.weight = use[5]
  else
    result.forward_speed, result.backward_speed = use[1], use[2]
    result.forward_rate, result.backward_rate = use[1] / 3.6, use[2] / 3.6
  end
  result.forward_restricted, result.backward_restricted = use[3], use[3]
  result.is_startpoint = use[4]
  result.name = way:get_value_by_key("name") or ""
end

function process_turn(profile, turn)
  for _, obstacle in pairs(obstacle_map:get(turn.from, turn.via)) do
    turn.duration = turn.duration + obstacle.duration
  end
  if turn.is_u_turn then
    turn.duration = turn.duration + @DEAD_END_S@
  elseif turn.number_of_roads > 2 and math.abs(turn.angle) >= 15 then
    local angle = turn.angle / 180
    if angle >= 0 then
      turn.duration = turn.duration + profile.turn_s / (1 + math.exp(6.5 * profile.bias - 13 / profile.bias * angle))
    else
      turn.duration = turn.duration + profile.turn_s / (1 + math.exp(6.5 / profile.bias + 13 * profile.bias * angle))
    end
  end
  turn.weight = turn.duration
  -- Through traffic is kept out, as OSRM's own car profile does it.
  if not turn.source_restricted and turn.target_restricted then turn.weight = constants.max_turn_weight end
end

return { setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn }
