"""What a notice says of a level's days and rounds, from the numbers of its clause. Pure."""

from epigrid.response.zones.formats.writer import MEASURES, NAMES
from epigrid.response.zones.rules import ZonePolicy

LANGUAGES = ("zh", "en")


def sentences(*, level: str, policy: ZonePolicy, language: str) -> str:
    """The measures of a level, its first rounds, and when it becomes what; a number that nobody has set is not mentioned."""
    column = LANGUAGES.index(language)
    parts = [MEASURES[level][column]] if level in MEASURES else []
    names, days = NAMES.get(level, ("", "")), policy.rounds_first_days
    if days:
        said = (
            f"在实施封控后前{days}天连续开展{days}次核酸检测，后续检测频次根据检测结果确定。",
            f"In the first {days} days everybody is tested {days} times; later rounds follow the results.",
        )
        parts.append(said[column])
    if policy.clean_days and policy.downgrades_to is not None and policy.downgrades_to in NAMES:
        after = NAMES[policy.downgrades_to]
        becomes = f"降为{after[0]}" if policy.downgrades_to != "none" else "解除"
        said = (
            f"{names[0]}连续{policy.clean_days}天无新增感染者{becomes}。",
            f"After {policy.clean_days} days in a row without a new infection a {names[1]} becomes: {after[1]}.",
        )
        parts.append(said[column])
    return ("" if column == 0 else " ").join(parts)
