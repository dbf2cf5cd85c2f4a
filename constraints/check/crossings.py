"""Finds every flip-flop that samples another clock domain than its own, in a netlist that Yosys has written as JSON.

Prints `CLOCK NAME|NAME...` for each: the clock of that domain, and all names of the flip-flop, as `instance.register[bit]`; likewise for
memories, outputs and black boxes. All logic counts, whatever it computes. Usage: crossings.py NETLIST TOP PORT=CLOCK..., where PORT is the
beginning of a port's name, of which the first match counts, and `*` in a clock stands for the Ethernet port that a bit belongs to.
"""

import json
import re
import sys

# The clock pins of cells; a cell without one is logic.
CLOCK_PINS = ("CLK", "clk")
# The Ethernet ports whose bits a port of the wrapper has side by side.
ETHERNET_PORTS = 2


def main(netlist, top, rules):
    sys.setrecursionlimit(1_000_000)
    with open(netlist) as file:
        module = json.load(file)["modules"][top]
    Paths(module, [rule.split("=") for rule in rules]).report()


class Paths:
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
        # By bit: the clock of the register that holds it, and the inputs of the logic that makes it.
        self.held, self.made, self.sinks = {}, {}, []
        for name, cell in module["cells"].items():
            self.take(name, cell)
        self.sampled = {}

    def domain(self, port, index, width):
        for begin, clock in self.rules:
            if port.startswith(begin):
                return clock.replace("*", str(index // (width // ETHERNET_PORTS)) if width > 1 else "0")
        raise SystemExit(f"no argument names the clock of the port {port}")

    def clock(self, bit):
        names = [name for name in self.names[bit] if "." not in name]
        clocks = [name for name in names if name in self.known()]
        if not clocks:
            raise SystemExit(f"the clock {self.names[bit]} does not come from a port")
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
                raise SystemExit(f"crossings.py does not support memories like {name}: with a clocked read port, or several write clocks")
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
            raise SystemExit(f"{name} is a {kind}, in which crossings.py finds no clock")
        clock = self.clock(clock)
        if kind.startswith("$"):
            # The other inputs of a flip-flop, such as its reset, count for every bit.
            others = [pin for pin in pins if directions[pin] == "input" and pin not in ("D", *CLOCK_PINS)]
            common = [bit for pin in others for bit in pins[pin]]
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

    def domains(self, bit):
        """The clocks of the flip-flops that a bit comes from, through logic."""
        if isinstance(bit, str):
            return frozenset()
        if bit not in self.sampled:
            self.sampled[bit] = frozenset()
            own = {self.held[bit]} if bit in self.held else set()
            if bit in self.clocks:
                own.add(self.clocks[bit])
            for source in set(self.made.get(bit, ())):
                own |= self.domains(source)
            self.sampled[bit] = frozenset(own)
        return self.sampled[bit]

    def report(self):
        found = set()
        for clock, bit, sink in self.sinks:
            for other in self.domains(bit) - {clock}:
                found.add((other, sink if isinstance(sink, str) else "|".join(sorted(sink))))
        for name, port in self.module["ports"].items():
            if port["direction"] == "output":
                for index, bit in enumerate(port["bits"]):
                    clock = self.domain(name, index, len(port["bits"]))
                    for other in self.domains(bit) - {clock}:
                        found.add((other, f"output {name}[{index}]"))
        for clock, name in sorted(found):
            print(clock, name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
