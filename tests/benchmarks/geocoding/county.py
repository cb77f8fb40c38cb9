"""Chinese counties that do not exist: villages in townships, named as villages are, written as an extract."""

import random
import zipfile
from dataclasses import dataclass
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from geodata.coords import LonLat

PROVINCE, CITY = "云江省", "临溪市"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜"
_FEATURES = "庄沟湾坪坝岭河桥店塘冲坡寨营屯铺垭堡洼台井泉"
_QUALITIES = "大小上下东西南北前后新老石红黄白青金龙凤双三五"
_THINGS = (
    "柳树", "松林", "石桥", "水井", "山口", "河口", "龙泉", "古井",
    "梨园", "竹园",
    "枣林", "花园", "沙滩", "石门", "板桥", "茶园", "磨盘", "柏树",
    "杏林", "荷塘",
)  # fmt: skip
_GOOD = (
    "兴隆", "和平", "永安", "太平", "新华", "团结", "红星", "光明",
    "胜利", "前进",
    "幸福", "民主", "双兴", "长兴", "福兴", "安乐", "永丰", "万福",
    "清泉", "高峰",
)  # fmt: skip
_TOWN_FIRST, _TOWN_SECOND = "黄龙石青白平安永清金银文武兴旺松柏梅桂云天", "甲溪桥山泉阳川岭台坪场河源湖峰关岗塘口林"
#: Characters that sound alike, tones aside.
_ALIKE = (
    "王汪旺", "李黎里", "张章", "刘柳流", "陈辰沉", "杨羊阳", "黄皇", "吴武五",
    "周州", "徐许", "马麻", "胡湖", "郭国", "何河荷",
    "高糕", "林临", "罗洛", "梁良", "宋送", "唐塘", "冯丰", "曹草",
    "彭蓬", "肖小", "田甜", "董东", "袁元园", "潘盘", "于鱼", "蒋江",
    "蔡菜", "杜渡", "叶业", "程城", "苏酥", "卢芦", "庄桩", "沟钩",
    "湾弯", "坪平", "坝霸", "岭领", "桥乔", "店殿", "坡泼", "营迎",
    "石时", "红洪", "青清", "龙隆", "双霜", "新心", "柏百", "兴星",
    "和合", "安庵", "泉全", "峰风", "丁盯", "沈审", "姚窑", "姜将",
)  # fmt: skip
_TRADITIONAL = dict(
    zip(
        "张刘陈杨吴赵马郑谢许韩冯邓萧吕卢蒋蔡叶苏孙庄沟湾坝岭桥铺东龙凤双树门园磨盘杏兴华团结胜进乐万丰云临县镇乡组号垭罗滩枣层阳冲泽",
        "張劉陳楊吳趙馬鄭謝許韓馮鄧蕭呂盧蔣蔡葉蘇孫莊溝灣壩嶺橋鋪東龍鳳雙樹門園磨盤杏興華團結勝進樂萬豐雲臨縣鎮鄉組號埡羅灘棗層陽衝澤",
        strict=True,
    )
)
_TOWNS_PER_ROW, _TOWN_DEGREES = 4, 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A village; `name` ends in 村, `core` does not."""

    name: str
    town: str
    county: str
    location: LonLat

    @property
    def core(self) -> str:
        """What tells it apart."""
        return self.name.removesuffix("村")


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A township, its box and its villages."""

    name: str
    west: float
    south: float
    villages: tuple[Village, ...]

    @property
    def middle(self) -> LonLat:
        """Where its seat is."""
        return LonLat(round(self.west + _TOWN_DEGREES / 2, 6), round(self.south + _TOWN_DEGREES / 2, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county of townships in rows; `west` and `south` are its corner."""

    name: str
    west: float
    south: float
    towns: tuple[Township, ...]

    @property
    def villages(self) -> tuple[Village, ...]:
        """All its villages."""
        return tuple(village for town in self.towns for village in town.villages)


def make_counties(count: int, *, towns: int = 12, villages: int = 300, seed: int = 5) -> list[County]:
    """Make counties side by side; the villages are shared out evenly."""
    dice = random.Random(seed)
    found, names = [], _names(dice, count, "县")
    rows = -(-towns // _TOWNS_PER_ROW)
    for n, name in enumerate(names):
        west = 103.0 + (n % 8) * _TOWNS_PER_ROW * _TOWN_DEGREES
        south = 26.0 + (n // 8) * rows * _TOWN_DEGREES
        county = [
            _town(dice, town, name, west, south, index, villages // towns)
            for index, town in enumerate(_names(dice, towns, "镇", "乡"))
        ]
        found.append(County(name=name, west=west, south=south, towns=tuple(county)))
    return found


def _town(dice: random.Random, name: str, county: str, west: float, south: float, index: int, count: int) -> Township:
    x = round(west + index % _TOWNS_PER_ROW * _TOWN_DEGREES, 6)
    y = round(south + index // _TOWNS_PER_ROW * _TOWN_DEGREES, 6)
    side = int(count**0.5) + 1
    cells = dice.sample([(i, j) for i in range(side) for j in range(side)], count)
    step = _TOWN_DEGREES / side
    villages = [
        Village(
            name=village,
            town=name,
            county=county,
            location=LonLat(
                round(x + (i + 0.3 + 0.4 * dice.random()) * step, 6),
                round(y + (j + 0.3 + 0.4 * dice.random()) * step, 6),
            ),
        )
        for village, (i, j) in zip(_village_names(dice, count), cells, strict=True)
    ]
    return Township(name=name, west=x, south=y, villages=tuple(villages))


def _names(dice: random.Random, count: int, *endings: str) -> list[str]:
    cores = dice.sample([a + b for a in _TOWN_FIRST for b in _TOWN_SECOND if a != b], count)
    return [core + dice.choice(endings) for core in cores]


def _village_names(dice: random.Random, count: int) -> list[str]:
    """Names that differ within a township; other townships have some of them too."""
    names: dict[str, None] = {}
    while len(names) < count:
        kind = dice.random()
        if kind < 0.40:
            core = dice.choice(_SURNAMES) + "家" + dice.choice(_FEATURES)
        elif kind < 0.60:
            core = dice.choice(_SURNAMES) + dice.choice(_FEATURES)
        elif kind < 0.75:
            core = dice.choice(_QUALITIES) + dice.choice(_FEATURES)
        elif kind < 0.85:
            core = dice.choice(_QUALITIES) + dice.choice(_THINGS)
        elif kind < 0.90:
            core = dice.choice(_QUALITIES) + dice.choice(_SURNAMES) + dice.choice(_FEATURES)
        else:
            core = dice.choice(_GOOD)
        names.setdefault(core + "村")
    return list(names)


def homophone(core: str, dice: random.Random) -> str:
    """Replace one character by another that sounds the same; the core as it is where there is none."""
    at = [i for i, c in enumerate(core) if any(c in group for group in _ALIKE)]
    if not at:
        return core
    i = dice.choice(at)
    group = next(group for group in _ALIKE if core[i] in group)
    return core[:i] + dice.choice([c for c in group if c != core[i]]) + core[i + 1 :]


def sound(text: str) -> str:
    """Text with each character replaced by the first that sounds like it."""
    return "".join(next((group[0] for group in _ALIKE if c in group), c) for c in text)


def traditional(text: str) -> str:
    """Text in traditional characters."""
    return "".join(_TRADITIONAL.get(c, c) for c in text)


def write_divisions(counties: list[County], into: Path) -> Path:
    """Write the five-level list of divisions that has these counties, as the extra `cn` brings it."""
    lines = [f"{PROVINCE}\t990000\t{PROVINCE[:-1]}", f"\t{CITY}\t990100\t{CITY[:-1]}"]
    for number, county in enumerate(counties, start=1):
        lines.append(f"\t\t{county.name}\t9901{number:02}\t{county.name[:-1]}")
        for town in county.towns:
            lines.append(f"\t\t\t{town.name}")
            lines += [f"\t\t\t\t{village.name}" for village in town.villages]
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("china_location.txt", "\n".join(lines))
    return into


def write_extract(counties: list[County], into: Path) -> Path:
    """Write places and boundaries as an OpenStreetMap file."""
    nodes: list[Node] = []
    ways: list[Way] = []
    relations: list[Relation] = []

    def place(name: str, kind: str, location: LonLat) -> None:
        tags = {"place": kind, "name": name}
        nodes.append(Node(id=len(nodes) + 1, location=(location.lon, location.lat), tags=tags))

    def box(name: str, level: int, west: float, south: float, east: float, north: float) -> None:
        ring = []
        for lon, lat in ((west, south), (east, south), (east, north), (west, north)):
            nodes.append(Node(id=len(nodes) + 1, location=(lon, lat)))
            ring.append(len(nodes))
        ways.append(Way(id=len(ways) + 1, nodes=[*ring, ring[0]]))
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": str(level), "name": name}
        relations.append(Relation(id=len(relations) + 1, members=[("w", len(ways), "outer")], tags=tags))

    side = _TOWN_DEGREES
    box(PROVINCE, 4, 100.0, 22.0, 108.0, 34.0)
    box(CITY, 5, 102.0, 24.0, 107.0, 33.0)
    for county in counties:
        rows = -(-len(county.towns) // _TOWNS_PER_ROW)
        box(county.name, 6, county.west, county.south, county.west + _TOWNS_PER_ROW * side, county.south + rows * side)
        for town in county.towns:
            box(town.name, 8, town.west, town.south, town.west + side, town.south + side)
            place(town.name, "town", town.middle)
            for village in town.villages:
                place(village.name, "village", village.location)
    with osmium.SimpleWriter(str(into), overwrite=True) as writer:
        for thing in (*nodes, *ways, *relations):
            writer.add(thing)
    return into
