"""The part of DynamoDB's expression language that is used: parsed into trees, once for each text.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final, Literal

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.fakes.dynamodb.errors import InvalidError, NotFakedError

_TOKEN: Final = re.compile(r"\s*([#:]?[A-Za-z0-9_]+|<>|<=|>=|[=<>(),.+\-\[\]])")
_MOST_BYTES: Final = 4096
_COMPARATORS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
# What DynamoDB knows as well.
_NOT_FAKED: Final = frozenset({"begins_with", "attribute_type", "list_append"})
_EXISTENCE: Final = frozenset({"attribute_exists", "attribute_not_exists"})


@dataclass(frozen=True)
class Path:
    """Where a value is: the attribute and the names of maps' members, each literal or "#name"."""

    parts: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value that the request brings, ":name"."""

    name: str


@dataclass(frozen=True)
class Size:
    """`size(path)`."""

    path: Path


@dataclass(frozen=True)
class IfNotExists:
    """`if_not_exists(path, other)`."""

    path: Path
    other: "Path | Value"


@dataclass(frozen=True)
class Sum:
    """`left + right`, or with a sign of -1 `left - right`."""

    left: "Path | Value | IfNotExists"
    right: "Path | Value | IfNotExists"
    sign: Literal[1, -1]


type Operand = Path | Value | Size
type Source = Path | Value | IfNotExists | Sum


@dataclass(frozen=True)
class Comparison:
    """`left operator right`."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Between:
    """`operand BETWEEN low AND high`."""

    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True)
class Exists:
    """`attribute_exists(path)`, or the contrary."""

    path: Path
    wanted: bool


@dataclass(frozen=True)
class Contains:
    """`contains(path, part)`."""

    path: Path
    part: Path | Value


@dataclass(frozen=True)
class Not:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True)
class Junction:
    """Conditions joined by AND or by OR."""

    word: Literal["AND", "OR"]
    conditions: "tuple[Condition, ...]"


type Condition = Comparison | Between | Exists | Contains | Not | Junction


@dataclass(frozen=True)
class Update:
    """The clauses of an update expression."""

    sets: tuple[tuple[Path, Source], ...]
    removes: tuple[Path, ...]
    adds: tuple[tuple[Path, Value], ...]

    @property
    def targets(self) -> tuple[Path, ...]:
        """All paths that are written."""
        return (*(path for path, _ in self.sets), *self.removes, *(path for path, _ in self.adds))


@dataclass(frozen=True)
class Parsed[T]:
    """A tree, and the "#names" and ":values" in it."""

    tree: T
    names: frozenset[str]
    values: frozenset[str]


@cache
def condition(kind: str, text: str) -> Parsed[Condition]:
    """Parse a condition; `kind` is the parameter that DynamoDB's messages name. Raises InvalidError, NotFakedError."""
    return _parsed(kind, text, lambda parser: parser.condition())


@cache
def update(text: str) -> Parsed[Update]:
    """Parse an update expression; raises InvalidError, NotFakedError."""
    return _parsed("UpdateExpression", text, lambda parser: parser.update())


@cache
def projection(text: str) -> Parsed[tuple[Path, ...]]:
    """Parse a projection expression; raises InvalidError, NotFakedError."""
    return _parsed("ProjectionExpression", text, lambda parser: tuple(parser.listed(parser.path)))


def _parsed[T](kind: str, text: str, parse: "Callable[[_Parser], T]") -> Parsed[T]:
    if not text:
        raise InvalidError(f"Invalid {kind}: The expression can not be empty;")
    if len(text.encode()) > _MOST_BYTES:
        raise InvalidError(
            f"Invalid {kind}: Expression size has exceeded the maximum allowed size; expression size: "
            f"{len(text.encode())}"
        )
    parser = _Parser(kind, text)
    tree = parse(parser)
    parser.end()
    return Parsed(tree, frozenset(parser.names), frozenset(parser.values))


def check_overlaps(kind: str, paths: tuple[tuple[str, ...], ...]) -> None:
    """Raise InvalidError where one path of an expression is another or lies in it; names are resolved."""
    if len({path[0] for path in paths}) == len(paths):
        return
    for one, other in combinations(paths, 2):
        shorter = min(len(one), len(other))
        if one[:shorter] == other[:shorter]:
            raise InvalidError(
                f"Invalid {kind}: Two document paths overlap with each other; must remove or rewrite one of these "
                f"paths; path one: [{', '.join(one)}], path two: [{', '.join(other)}]"
            )


@cache
def _reserved() -> frozenset[str]:
    return frozenset(ReservedKeywords.get_reserved_keywords())


class _Parser:
    """Reads one expression from its first token to its last."""

    def __init__(self, kind: str, text: str) -> None:
        self._kind = kind
        self._tokens = list(_tokens(kind, text))
        self._at = 0
        self.names: set[str] = set()
        self.values: set[str] = set()

    def condition(self) -> Condition:
        return self._junction("OR", lambda: self._junction("AND", self._unary))

    def update(self) -> Update:
        sets: list[tuple[Path, Source]] = []
        removes: list[Path] = []
        adds: list[tuple[Path, Value]] = []
        seen: set[str] = set()
        while self._token:
            clause = self._next().upper()
            if clause in seen:
                raise InvalidError(
                    f'Invalid UpdateExpression: The "{clause}" section can only be used once in an update expression;'
                )
            seen.add(clause)
            match clause:
                case "SET":
                    sets = self.listed(self._assignment)
                case "REMOVE":
                    removes = self.listed(self.path)
                case "ADD":
                    adds = self.listed(lambda: (self.path(), self._value()))
                case "DELETE":
                    raise NotFakedError("the clause DELETE")
                case _:
                    raise self._unexpected(clause)
        return Update(tuple(sets), tuple(removes), tuple(adds))

    def path(self) -> Path:
        parts = [self._name()]
        while self._token in {".", "["}:
            if self._next() == "[":
                raise NotFakedError("a place in a list")
            parts.append(self._name())
        return Path(tuple(parts))

    def listed[T](self, parse: Callable[[], T]) -> list[T]:
        """Parse one or more, separated by commas."""
        found = [parse()]
        while self._token == ",":
            self._next()
            found.append(parse())
        return found

    def end(self) -> None:
        if self._token:
            raise self._unexpected(self._token)

    @property
    def _token(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._token
        self._at += 1
        return token

    def _take(self, token: str) -> None:
        if self._token.upper() != token:
            raise self._unexpected(self._token)
        self._next()

    def _unexpected(self, token: str) -> InvalidError:
        return InvalidError(f'Invalid {self._kind}: Syntax error; token: "{token or "<EOF>"}"')

    def _junction(self, word: Literal["AND", "OR"], parse: Callable[[], Condition]) -> Condition:
        found = [parse()]
        while self._token.upper() == word:
            self._next()
            found.append(parse())
        return found[0] if len(found) == 1 else Junction(word, tuple(found))

    def _unary(self) -> Condition:
        if self._token.upper() == "NOT":
            self._next()
            return Not(self._unary())
        if self._token == "(":
            return self._group()
        if self._followed_by("("):
            if self._token in _EXISTENCE:
                wanted = self._next() == "attribute_exists"
                return Exists(self._argument(self.path), wanted)
            if self._token == "contains":
                self._next()
                self._take("(")
                path = self.path()
                self._take(",")
                part = self._path_or_value()
                self._take(")")
                return Contains(path, part)
        return self._comparison()

    def _group(self) -> Condition:
        self._take("(")
        start = self._at
        found = self.condition()
        doubled = self._tokens[start] == "(" and self._closing(start) == self._at - 1
        self._take(")")
        if doubled:
            raise InvalidError(f"Invalid {self._kind}: The expression has redundant parentheses;")
        return found

    def _closing(self, start: int) -> int:
        """Return where the parenthesis that opens at `start` is closed."""
        depth = 0
        for at in range(start, len(self._tokens)):
            depth += (self._tokens[at] == "(") - (self._tokens[at] == ")")
            if not depth:
                return at
        raise self._unexpected("")

    def _comparison(self) -> Condition:
        left = self._operand()
        word = self._next()
        if word.upper() == "BETWEEN":
            low = self._operand()
            self._take("AND")
            return Between(left, low, self._operand())
        if word.upper() == "IN":
            raise NotFakedError("the operator IN")
        if word not in _COMPARATORS:
            raise self._unexpected(word)
        return Comparison(word, left, self._operand())

    def _operand(self) -> Operand:
        if self._followed_by("("):
            if self._token == "size":
                self._next()
                return Size(self._argument(self.path))
            raise self._no_function()
        return self._path_or_value()

    def _assignment(self) -> tuple[Path, Source]:
        path = self.path()
        self._take("=")
        left = self._term()
        if self._token in {"+", "-"}:
            sign: Literal[1, -1] = 1 if self._next() == "+" else -1
            return path, Sum(left, self._term(), sign)
        return path, left

    def _term(self) -> Path | Value | IfNotExists:
        if not self._followed_by("("):
            return self._path_or_value()
        if self._token != "if_not_exists":
            raise self._no_function()
        self._next()
        self._take("(")
        path = self.path()
        self._take(",")
        other = self._path_or_value()
        self._take(")")
        return IfNotExists(path, other)

    def _no_function(self) -> Exception:
        name = self._token
        if name in _NOT_FAKED:
            return NotFakedError(f"the function {name}")
        return InvalidError(f"Invalid {self._kind}: Invalid function name; function: {name}")

    def _argument[T](self, parse: Callable[[], T]) -> T:
        self._take("(")
        found = parse()
        self._take(")")
        return found

    def _followed_by(self, token: str) -> bool:
        return self._at + 1 < len(self._tokens) and self._tokens[self._at + 1] == token

    def _path_or_value(self) -> Path | Value:
        return self._value() if self._token.startswith(":") else self.path()

    def _value(self) -> Value:
        token = self._next()
        if not token.startswith(":"):
            raise self._unexpected(token)
        self.values.add(token)
        return Value(token)

    def _name(self) -> str:
        token = self._next()
        if token.startswith("#"):
            self.names.add(token)
        elif not re.match(r"[A-Za-z_]", token):
            raise self._unexpected(token)
        elif token.upper() in _reserved():
            raise InvalidError(f"Invalid {self._kind}: Attribute name is a reserved keyword; reserved keyword: {token}")
        return token


def _tokens(kind: str, text: str) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise InvalidError(f'Invalid {kind}: Syntax error; token: "{text[at:].strip()[0]}"')
        yield found[1]
        at = found.end()
