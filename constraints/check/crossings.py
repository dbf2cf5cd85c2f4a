"""Finds every flip-flop that hears another clock than its own, in a netlist that Yosys has written as JSON.

Prints `CLOCK NAME|NAME...` for each: the clock that it hears, and all names that it has, as `instance.register[bit]`; so for memories,
outputs and black boxes. All logic counts, whatever it computes. Usage: crossings.py NETLIST TOP PORT=CLOCK..., where PORT is how names of
ports begin, of which the first that fits counts, and `*` in a clock is which of two Ethernet ports a bit belongs to.
"""

import json
import re
import sys

# What belongs to the clock of a cell, by its pins; whatever else is no register is logic.
CLOCK_PINS = ("CLK", "clk")


def main(netlist, top, rules):
    sys.setrecursionlimit(1_000_000)
    with open(netlist) as file:
        module = json.load(file)["modules"][top]
    Ways(module, [rule.split("=") for rule in rules]).report()


class Ways:
    def __init__(self, module, rules):
        self.module, self.rules = module, rules
        self.names, self.clocks = {}, {}
        for name, net in module["netnames"].items():
            for index, bit in enumerate(net["bits"]):
                self.names.setdefault(bit, []).append(name if len(net["bits"]) == 1 else f"{name}[{index}]")
        for name, port in module["ports"].items():
            for index, bit in enumerate(port["bits"]):
                if port["direction"] == "input":
                    self.clocks[bit] = self.domain(name, index, len(port["bits"]))
        # By bit: the clock of what holds it, and what logic makes it of.
        self.held, self.made, self.sinks = {}, {}, []
        for name, cell in module["cells"].items():
            self.take(name, cell)
        self.heard = {}

    def domain(self, port, index, width):
        for begin, clock in self.rules:
            if port.startswith(begin):
                return clock.replace("*", str(index // (width // 2)) if width > 1 else "0")
        raise SystemExit(f"no clock is named for the port {port}")

    def clock(self, bit):
        names = [name for name in self.names[bit] if "." not in name]
        clocks = [name for name in names if name in self.known()]
        if not clocks:
            raise SystemExit(f"the clock {self.names[bit]} comes from no port")
        return clocks[0]

    def known(self):
        return {clock for clock in self.clocks.values()}

    def take(self, name, cell):
        pins, directions = cell["connections"], cell["port_directions"]
        inputs = [bit for pin, bits in pins.items() if directions[pin] == "input" for bit in bits]
        outputs = [bit for pin, bits in pins.items() if directions[pin] == "output" for bit in bits]
        kind = cell["type"]
        if kind == "$scopeinfo":
            return
        if kind.startswith("$mem"):
            if int(cell["parameters"]["RD_CLK_ENABLE"], 2) or len(set(map(str, pins["WR_CLK"]))) != 1:
                raise SystemExit(f"the memory {name} is of a kind that this does not follow")
            clock = self.clock(pins["WR_CLK"][0])
            for bit in pins["WR_ADDR"] + pins["WR_DATA"] + pins["WR_EN"]:
                self.sinks.append((clock, bit, name))
            for bit in pins["RD_DATA"]:
                self.held[bit] = clock
                self.made[bit] = pins["RD_ADDR"]
            return
        clock = next((pins[pin][0] for pin in CLOCK_PINS if pin in pins), None)
        if clock is None:
            if kind.startswith("$") and "latch" not in kind and "ff" not in kind:
                for bit in outputs:
                    self.made[bit] = inputs
                return
            raise SystemExit(f"{name} is a {kind}, which has no clock that this knows")
        clock = self.clock(clock)
        if kind.startswith("$"):
            # What a flip-flop has beside its data, such as a reset, counts for every bit.
            beside = [pin for pin in pins if directions[pin] == "input" and pin not in ("D", *CLOCK_PINS)]
            common = [bit for pin in beside for bit in pins[pin]]
            for index, bit in enumerate(pins["Q"]):
                self.held[bit] = clock
                for source in [pins["D"][index], *common]:
                    self.sinks.append((clock, source, self.names[bit]))
        else:
            for pin, bits in pins.items():
                for bit in bits:
                    if directions[pin] == "output":
                        self.held[bit] = clock
                    elif pin not in CLOCK_PINS:
                        self.sinks.append((clock, bit, f"{name}.{pin}"))

    def hears(self, bit):
        """The clocks whose flip-flops a bit comes from, through logic."""
        if isinstance(bit, str):
            return frozenset()
        if bit not in self.heard:
            self.heard[bit] = frozenset()
            own = {self.held[bit]} if bit in self.held else set()
            if bit in self.clocks:
                own.add(self.clocks[bit])
            for source in set(self.made.get(bit, ())):
                own |= self.hears(source)
            self.heard[bit] = frozenset(own)
        return self.heard[bit]

    def report(self):
        found = set()
        for clock, bit, sink in self.sinks:
            for other in self.hears(bit) - {clock}:
                found.add((other, sink if isinstance(sink, str) else "|".join(sorted(sink))))
        for name, port in self.module["ports"].items():
            if port["direction"] == "output":
                for index, bit in enumerate(port["bits"]):
                    clock = self.domain(name, index, len(port["bits"]))
                    for other in self.hears(bit) - {clock}:
                        found.add((other, f"output {name}[{index}]"))
        for clock, name in sorted(found):
            print(clock, name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
