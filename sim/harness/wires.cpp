// Binds one verilated design to `Model`. The build script compiles this once per design, with
// MODEL (the class), HEADER (its header), MAKE (the function to export), DATA (a port as wide as a beat) and what else it is defined:
// DISTRIBUTOR has two packet ports and a host, SHELL is one in a shell's ports, with streams of the host's own and AXI4-Lite in a clock of its
// own, as with AXIL_CLOCK a core has it, SECOND_CLOCK has one more clock for all that belongs to packet port 1. Without VM_TRACE the model writes no waves.
#include "bench.h"
#include <memory>
#include HEADER
#if VM_TRACE
#include "verilated_fst_c.h"
#endif

#define STREAM(p, clock) {m.p##_tdata.data(), &m.p##_tkeep, &m.p##_tlast, &m.p##_tvalid, &m.p##_tready, &m.p##_tuser, sizeof m.p##_tuser, clock}
#define CHANNEL(c) {&m.s_axil_##c##valid, &m.s_axil_##c##ready}
#define TRACE(d, c, lost_valid, lost_verdict)                                                                                             \
    {&m.d##_valid, &m.d##_verdict, &m.d##_reason, &m.d##_group, &m.d##_grouped, &m.d##_keyed, &m.d##_manager, &m.d##_egress, &m.d##_deep, \
     m.d##_key.data(), &m.d##_hash, &m.c##_valid, &m.c##_reason, &m.c##_verdict, &m.c##_manager, &m.c##_bytes, lost_valid, lost_verdict}

static_assert(PORTS == 2, "DISTRIBUTOR, SHELL and SECOND_CLOCK below bind the streams of two packet ports by name");

namespace {
struct Wired final : Model {
    VerilatedContext context;   // its own: models live and die independently
    MODEL m{&context, "TOP"};

    Wired() {
        context.fatalOnError(false);   // an assertion that fails is a finding, and no reason to end the program
        beat = sizeof(m.DATA);
        rst = &m.rst;
        clocks[0] = &m.clk;
        uint32_t second = 0, host = 0;   // which clock packet port 1 has, and which the registers
#if defined(SHELL) || defined(AXIL_CLOCK)
        clocks[host = 1] = &m.clk_axil;
#endif
#ifdef SHELL
        done = &m.rst_done;
#endif
#ifdef SECOND_CLOCK
        clocks[second = 2] = &m.clk_1;
#endif
#ifdef DISTRIBUTOR
        sources[0] = STREAM(s_axis_0, 0);
        sources[1] = STREAM(s_axis_1, second);
        sinks[0] = STREAM(m_axis_0, 0);
        sinks[1] = STREAM(m_axis_1, second);
#ifdef SHELL
        sources[2] = STREAM(s_axis_host_0, 0);
        sources[3] = STREAM(s_axis_host_1, second);
        sinks[2] = STREAM(m_axis_host_0, 0);
        sinks[3] = STREAM(m_axis_host_1, second);
#else
        sinks[2] = STREAM(m_axis_host, 0);
#endif
        cores[0] = TRACE(decision_0, count_0, &m.lost_0_valid, &m.lost_0_verdict);
        cores[1] = TRACE(decision_1, count_1, &m.lost_1_valid, &m.lost_1_verdict);
#else
        sources[0] = STREAM(s_axis, 0);
        sinks[0] = STREAM(m_axis, 0);
        cores[0] = TRACE(decision, count, nullptr, nullptr);
#endif
        registers = {CHANNEL(aw), CHANNEL(w), CHANNEL(b), CHANNEL(ar), CHANNEL(r), &m.s_axil_awaddr, &m.s_axil_araddr,
                     &m.s_axil_wdata, &m.s_axil_rdata, &m.s_axil_wstrb, &m.s_axil_bresp, &m.s_axil_rresp, host};
    }
    ~Wired() override {
        Verilated::threadContextp(&context);   // the model's scopes sign off there, and it may be another model's that is gone
        m.final();
    }

    void eval() override { m.eval(); }
    bool asserted() override {
        if (!context.gotError()) return false;
        context.gotError(false);
        context.gotFinish(false);
        return true;
    }
#if VM_TRACE
    std::unique_ptr<VerilatedFstC> waves;
    bool open_waves(const char* path) override {
        context.traceEverOn(true);
        waves = std::make_unique<VerilatedFstC>();
        m.trace(waves.get(), 99);
        waves->open(path);
        return waves->isOpen();
    }
    void dump(uint64_t time) override { waves->dump(time); }
    void close_waves() override { waves->close(); }
#else
    bool open_waves(const char*) override { return false; }
    void dump(uint64_t) override {}
    void close_waves() override {}
#endif
};
}   // namespace

extern "C" Model* MAKE() { return new Wired; }
