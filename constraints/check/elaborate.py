"""Elaborates a design and prints the objects that constraints can name, one per line, as Tcl lists.

    port NAME                 a bit of a port of the top
    net NAME                  a bit of a net of the top
    cell NAME MODULE          an instance
    register NAME CLOCK ATTRIBUTES      a flip-flop, named as Vivado names it; CLOCK is the net of the top that its clock comes from
    memory NAME CLOCK ATTRIBUTES        an array that is written by a clock
    pin NAME NET              a pin of an instance, one bit wide, and the net of the top that drives it, if any
    unknown MODULE            a module that no file defines

Errors in the sources go to stderr, and the exit code is 1. Usage: elaborate.py TOP OPTION..., with options of slang.
"""

import sys

from pyslang import ast
from pyslang.driver import Driver

# Warnings that count as errors in our sources.
FATAL = ["implicit-net", "port-width-expand", "port-width-trunc"]
VALUES = (ast.VariableSymbol, ast.NetSymbol)


def main(top, options):
    driver = Driver()
    driver.addStandardArgs()
    # Each file by itself, as synthesis reads them. The caller decides on unknown modules: it knows which cores a script makes.
    command = ["slang", "--top", top, "--ignore-unknown-modules", "-Wnone", *(f"-W{name} -Werror={name}" for name in FATAL), *options]
    parsed = driver.parseCommandLine(" ".join(command)) and driver.processOptions()
    if not (parsed and driver.parseAllSources()):
        driver.reportDiagnostics(True)
        return 1
    compilation = driver.createCompilation()
    driver.reportCompilation(compilation, True)
    if not driver.reportDiagnostics(True):
        return 1
    tops = compilation.getRoot().topInstances
    if len(tops) != 1:
        print(f"there is no module {top}", file=sys.stderr)
        return 1
    print(*sorted(set(Walk(compilation, tops[0]).lines())), sep="\n")
    return 0


class Walk:
    """A walk over an elaborated design."""

    def __init__(self, compilation, top):
        self.compilation, self.top = compilation, top
        self.instances, self.unknown, self.blocks, self.drivers = [], [], [], {}
        top.visit(self.collect)
        self.paths = {instance.hierarchicalPath for instance in self.instances}

    def collect(self, symbol):
        if isinstance(symbol, ast.GenerateBlockSymbol) and symbol.isUninstantiated:
            return ast.VisitAction.Skip
        if isinstance(symbol, ast.InstanceSymbol):
            self.instances.append(symbol)
        elif isinstance(symbol, ast.UninstantiatedDefSymbol):
            self.unknown.append(symbol)
        elif isinstance(symbol, ast.ProceduralBlockSymbol):
            self.blocks.append(symbol)
        elif isinstance(symbol, ast.ContinuousAssignSymbol):
            target = bit(symbol.assignment.left)
            source = bit(symbol.assignment.right)
            if target and source:
                self.drivers[target] = source
        elif isinstance(symbol, ast.NetSymbol) and symbol.initializer is not None:
            source = bit(symbol.initializer)
            if source:
                self.drivers[(symbol.hierarchicalPath, None)] = source
        return ast.VisitAction.Advance

    def lines(self):
        for instance in self.instances:
            for connection in instance.portConnections:
                port = connection.port
                if not isinstance(port, ast.PortSymbol) or port.internalSymbol is None or port.direction != ast.ArgumentDirection.In:
                    continue
                for index, source in sources(connection.expression):
                    if source:
                        self.drivers[(port.internalSymbol.hierarchicalPath, index)] = source
        for port in self.top.body.portList:
            yield from (f"port {{{name}}}" for name in bits(port.name, port.type))
        for member in self.top.body:
            if isinstance(member, VALUES):
                yield from (f"net {{{name}}}" for name in bits(member.name, member.type))
        for instance in self.instances:
            if instance.hierarchicalPath == self.top.hierarchicalPath:
                continue
            name = self.named(instance.hierarchicalPath)
            yield f"cell {{{name}}} {instance.definition.name}"
            for port in instance.body.portList:
                if isinstance(port, ast.PortSymbol) and port.internalSymbol is not None and port.type.bitWidth == 1:
                    clock = self.origin((port.internalSymbol.hierarchicalPath, None))
                    yield f"pin {{{name}/{port.name}}} {{{clock}}}"
        for symbol in self.unknown:
            yield f"cell {{{self.named(symbol.hierarchicalPath)}}} {symbol.definitionName}"
            yield f"unknown {symbol.definitionName}"
        for block in self.blocks:
            yield from self.registers(block)

    def registers(self, block):
        body = block.body
        if body.kind != ast.StatementKind.Timed:
            return
        events = body.timing.events if body.timing.kind == ast.TimingControlKind.EventList else [body.timing]
        edges = [event for event in events if event.kind == ast.TimingControlKind.SignalEvent and event.edge != ast.EdgeKind.None_]
        if not edges:
            return
        # Of several edges the first is the clock, the others are asynchronous resets: our sources are written so.
        clock = self.origin(bit(edges[0].expr))
        targets = {}

        def note(node):
            if isinstance(node, ast.AssignmentExpression) and node.isNonBlocking:
                for symbol in targeted(node.left):
                    targets[symbol.hierarchicalPath] = symbol

        body.visit(note)
        for path, symbol in targets.items():
            attributes = " ".join(attribute.name for attribute in self.compilation.getAttributes(symbol))
            name = self.named(path) + "_reg"
            if symbol.type.canonicalType.isUnpackedArray:
                yield f"memory {{{name}}} {{{clock}}} {{{attributes}}}"
            else:
                yield from (f"register {{{bit_name}}} {{{clock}}} {{{attributes}}}" for bit_name in bits(name, symbol.type))

    def origin(self, source):
        """The net of the top that drives a one-bit net, or an empty string if logic drives it."""
        while source is not None:
            path, index = source
            further = self.drivers.get(source)
            if further is None and index is not None and (path, None) in self.drivers:
                # A bit of a net that is driven as a whole: the same bit of its driver.
                further = self.drivers[(path, None)][0], index
            if further is None:
                name = path if index is None else f"{path}[{index}]"
                inside = name.removeprefix(self.top.hierarchicalPath + ".")
                return self.named(name) if "." not in inside else ""
            source = further
        return ""

    def named(self, path):
        """A path as Vivado writes it: a slash after an instance, a dot after a generate block."""
        parts = path.split(".")
        name = ""
        for count in range(2, len(parts) + 1):
            above = ".".join(parts[: count - 1])
            separator = "" if count == 2 else "/" if above in self.paths else "."
            name += separator + parts[count - 1]
        return name


def bits(name, kind):
    """The names of a value's bits."""
    kind = kind.canonicalType
    if kind.isUnpackedArray or not kind.isPackedArray:
        return [name]
    return [f"{name}[{index}]" for index in range(kind.range.lower, kind.range.upper + 1)]


def bit(expression):
    """The net that an expression names, as path and index, or None if it is more than a net."""
    if isinstance(expression, ast.ConversionExpression):
        return bit(expression.operand)
    if isinstance(expression, ast.NamedValueExpression):
        return expression.symbol.hierarchicalPath, None
    if isinstance(expression, ast.ElementSelectExpression):
        value, index = expression.value, expression.selector.constant
        if isinstance(value, ast.NamedValueExpression) and index is not None:
            return value.symbol.hierarchicalPath, str(index.value)
    return None


def sources(expression):
    """The drivers of a port: one net, or bit by bit."""
    if isinstance(expression, ast.ConversionExpression):
        yield from sources(expression.operand)
    elif isinstance(expression, ast.ConcatenationExpression):
        index = 0
        for operand in reversed(expression.operands):
            width, source = operand.type.bitWidth, bit(operand)
            for place in range(width):
                part = source if width == 1 or source is None else (source[0], str(place))
                yield str(index + place), part
            index += width
    else:
        yield None, bit(expression)


def targeted(expression):
    if isinstance(expression, ast.ConcatenationExpression):
        return [symbol for operand in expression.operands for symbol in targeted(operand)]
    if isinstance(expression, ast.NamedValueExpression | ast.HierarchicalValueExpression):
        return [expression.symbol]
    if isinstance(expression, ast.ElementSelectExpression | ast.RangeSelectExpression | ast.MemberAccessExpression):
        return targeted(expression.value)
    return []


sys.exit(main(sys.argv[1], sys.argv[2:]))
