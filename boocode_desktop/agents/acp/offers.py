"""What an agent's session offers to choose: models, modes, config options; and which choice a person's words mean."""

from dataclasses import dataclass, replace
from typing import Literal

from boocode_desktop.agents.acp.loose import first_text, object_of, objects_of, text_of
from boocode_desktop.domain.events import Json
from boocode_desktop.domain.model_stream import ModelInfo

_EFFORT = ("thought_level", "effort")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of something that can be chosen."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Something to choose in a session. `way` says how: a request of its own, or a config option named `option`."""

    current: str = ""
    choices: tuple[Choice, ...] = ()
    way: Literal["request", "option"] = "request"
    option: str = ""

    def find(self, wanted: str) -> Choice | None:
        """The choice with that id, else with that name (in any case), else the only id that ends in `/wanted`."""
        by_id = [c for c in self.choices if c.id == wanted]
        by_name = [c for c in self.choices if c.name.lower() == wanted.lower()]
        by_end = [c for c in self.choices if c.id.endswith(f"/{wanted}")]
        found = by_id or by_name or (by_end if len(by_end) == 1 else [])
        return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The menus of a session; an empty menu is one the agent does not have."""

    models: Menu = Menu()
    modes: Menu = Menu()
    efforts: Menu = Menu()
    others: tuple[Menu, ...] = ()
    """Config options of the agent's own, by their `option`."""

    def menus(self) -> tuple[Menu, ...]:
        """All of them."""
        return (self.models, self.modes, self.efforts, *self.others)

    def with_current(self, menu: Menu, choice: str) -> "Offer":
        """The offer after something was chosen from one of its menus."""

        def after(own: Menu) -> Menu:
            return replace(own, current=choice) if own is menu else own

        return Offer(
            models=after(self.models),
            modes=after(self.modes),
            efforts=after(self.efforts),
            others=tuple(after(other) for other in self.others),
        )

    def after_update(self, update: Json) -> "Offer":
        """The offer after the agent told of a change: a mode, a model, or all its config options as they are now."""
        told = parse_offer(update)
        mode, model = text_of(update.get("currentModeId")), text_of(update.get("currentModelId"))
        return Offer(
            models=_followed(self.models, told.models, model),
            modes=_followed(self.modes, told.modes, mode),
            efforts=_followed(self.efforts, told.efforts, ""),
            others=told.others or self.others,
        )

    def model_infos(self, provider: str) -> tuple[ModelInfo, ...]:
        """The models as the pickers show them."""
        efforts = tuple(c.id for c in self.efforts.choices)
        return tuple(ModelInfo(id=c.id, name=c.name, efforts=efforts, provider=provider) for c in self.models.choices)


def parse_offer(response: Json) -> Offer:
    """The menus in the response to `session/new`, `load` or `resume`."""
    models, modes = object_of(response.get("models")), object_of(response.get("modes"))
    return Offer(
        models=_state(models, "availableModels", "currentModelId", "modelId") or _option(response, "model"),
        modes=_state(modes, "availableModes", "currentModeId", "id") or _option(response, "mode"),
        efforts=_option(response, *_EFFORT),
        others=_other_options(response),
    )


def current_choices(holder: Json) -> tuple[str, str]:
    """Mode and model as config options tell them, "" for what they do not tell."""
    return _option(holder, "mode").current, _option(holder, "model").current


def _followed(menu: Menu, told: Menu, current: str) -> Menu:
    """A menu after an update: options as they are told now, but a menu with a request of its own keeps that."""
    if told.choices and (menu.way == "option" or not menu.choices):
        return told
    current = current or told.current
    return replace(menu, current=current) if current else menu


def _other_options(holder: Json) -> tuple[Menu, ...]:
    known = {"model", "mode", *_EFFORT}
    options = objects_of(holder.get("configOptions"))
    own = [o for o in options if not {text_of(o.get("id")), text_of(o.get("category"))} & known]
    return tuple(menu for option in own if (menu := _menu_of(option)).option and menu.choices)


def _state(state: Json, items: str, current: str, key: str) -> Menu | None:
    choices = tuple(
        Choice(id=value, name=text_of(item.get("name")) or value)
        for item in objects_of(state.get(items))
        if (value := text_of(item.get(key)))
    )
    return Menu(current=text_of(state.get(current)), choices=choices) if choices else None


def _option(holder: Json, *names: str) -> Menu:
    for option in objects_of(holder.get("configOptions")):
        if option.get("category") in names or option.get("id") in names:
            return _menu_of(option)
    return Menu()


def _menu_of(option: Json) -> Menu:
    return Menu(
        current=text_of(option.get("currentValue")),
        choices=tuple(_values(objects_of(option.get("options")))),
        way="option",
        option=first_text(option, "id"),
    )


def _values(items: list[Json]) -> list[Choice]:
    """Plain options, and those of groups."""
    plain = [leaf for item in items for leaf in (item, *objects_of(item.get("options")))]
    return [
        Choice(id=value, name=text_of(leaf.get("name")) or value)
        for leaf in plain
        if (value := text_of(leaf.get("value")))
    ]
