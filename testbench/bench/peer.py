"""The benchmark's peer: cocotb with cocotbext-axi drives tandem_core by the register writes and frames that `bench` also gives our bench.

    peer.py build VERILOG WORK    verilates VERILOG with cocotb's interface into WORK/build
    peer.py run WORK              programs the core, sends every frame, and demands that what leaves is what left our simulation

WORK holds `writes.txt` (address and value in hex, or an address that is read until it is 0), `frames.txt` and `left.txt` (frames in hex).
"""

import os
import shutil
import sys
import time
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiStreamBus, AxiStreamFrame, AxiStreamSink, AxiStreamSource

# As our own models are built.
VERILATOR = ["-O3", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal", "-Wno-lint", "-CFLAGS", "-O2"]


@cocotb.test()
async def everything_leaves_as_it_did_in_our_simulation(dut):
    work = Path(os.environ["WORK"])
    frames, left = ([bytes.fromhex(line) for line in (work / name).read_text().split()] for name in ("frames.txt", "left.txt"))
    cocotb.start_soon(Clock(dut.clk, 4, "ns").start())
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.clk, dut.rst)
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.clk, dut.rst)
    registers = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst)
    for part in (source, sink, registers.write_if, registers.read_if):
        part.log.setLevel("WARNING")
    dut.rst.value = 1
    await ClockCycles(dut.clk, 4)
    dut.rst.value = 0

    for line in (work / "writes.txt").read_text().splitlines():
        address, *value = (int(word, 16) for word in line.split())
        if value:
            await registers.write_dword(address, value[0])
        else:
            while await registers.read_dword(address):
                pass
    began = time.monotonic()
    for frame in frames:
        source.send_nowait(AxiStreamFrame(frame, tuser=0))
    for number, expected in enumerate(left):
        frame = await sink.recv()
        assert bytes(frame.tdata) == expected, f"frame {number} left as {bytes(frame.tdata).hex()}, not {expected.hex()}"
    print(f"traffic: {time.monotonic() - began:.3f} s", flush=True)


def main(action, *arguments):
    runner = get_runner("verilator")
    if action == "build":
        verilog, work = (Path(argument).resolve() for argument in arguments)
        os.environ["MAKEFLAGS"] = f"-- CXX={'clang++-19' if shutil.which('clang++-19') else 'g++'}"
        runner.build(sources=[verilog], hdl_toplevel="tandem_core", build_dir=work / "build", build_args=VERILATOR, timescale=("1ns", "1ps"))
    else:
        work = Path(arguments[0]).resolve()
        os.environ.update(WORK=str(work), COCOTB_LOG_LEVEL="WARNING")
        results = runner.test(hdl_toplevel="tandem_core", hdl_toplevel_lang="verilog", test_module="peer", build_dir=work / "build", test_dir=work)
        _, failed = get_results(results)
        sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
