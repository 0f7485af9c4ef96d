"""Random frames made of the protocol's own words."""

KINDS = [
    "agent_message_chunk",
    "agent_thought_chunk",
    "user_message_chunk",
    "tool_call",
    "tool_call_update",
    "plan",
    "plan_update",
    "available_commands_update",
    "current_mode_update",
    "config_option_update",
    "usage_update",
    "session_info_update",
    "brand_new_thing",
]
NAMES = [
    *("content", "toolCallId", "title", "kind", "status", "rawInput", "rawOutput", "locations", "entries", "plan"),
    *("availableCommands", "configOptions", "currentModeId", "used", "size", "cost", "_meta", "usage", "type", "text"),
    *("path", "oldText", "newText", "terminalId", "amount", "currency", "name", "category", "currentValue", "options"),
]
WORDS = [None, True, False, 0, -1, 2**70, 1.5, float("nan"), "", "x", "completed", "failed", "text", "diff", "terminal"]
WORDS += ["content", "edit", "c1", "USD", "a\nb", "a b\0", "/\0", "\N{SNOWMAN}", [], {}]


def junk(dice, depth=0):
    """Any JSON, made of the protocol's own words: likelier to be taken seriously than mere noise."""
    if depth > 3 or dice.random() < 0.4:
        return dice.choice(WORDS)
    if dice.random() < 0.5:
        return [junk(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(NAMES): junk(dice, depth + 1) for _ in range(dice.randrange(6))}


def junk_updates(dice):
    """Session updates that no agent should send."""
    return [
        {dice.choice(NAMES): junk(dice) for _ in range(dice.randrange(9))}
        | {"sessionUpdate": dice.choice(KINDS) if dice.random() < 0.9 else junk(dice)}
        for _ in range(dice.randrange(30))
    ]
