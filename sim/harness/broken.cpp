// A model that breaks one rule of AXI, for the tests of the rules: a core-shaped thing that sends the same three beats in clocks 10 to 12
// after its reset, ready or not, but for the one thing it is told to do wrong.
#include "bench.h"

namespace {
struct BrokenModel final : Model {
    const int rule;   // a value of `Broken`, or none of them
    uint32_t passed = 0, in[16] = {}, out[16] = {}, in_user = 0, wdata = 0, rdata = 0, hash = 0, key[5] = {};
    uint64_t in_keep = 0, out_keep = 0, user = 0;
    uint16_t address = 0, bytes = 0;
    uint8_t clock = 0, reset = 0, in_last = 0, in_valid = 0, in_ready = 1, last = 0, valid = 0, ready = 0;
    uint8_t awvalid = 0, wvalid = 0, bvalid = 0, bready = 0, arvalid = 0, rvalid = 0, rready = 0, yes = 1, strobe = 0, response = 0, none = 0;

    explicit BrokenModel(int rule) : rule(rule) {
        beat = 64;
        clocks[0] = &clock;
        rst = &reset;
        sources[0] = {in, &in_keep, &in_last, &in_valid, &in_ready, &in_user, sizeof in_user, 0};
        sinks[0] = {out, &out_keep, &last, &valid, &ready, &user, sizeof user, 0};
        registers = {{&awvalid, &yes}, {&wvalid, &yes}, {&bvalid, &bready}, {&arvalid, &yes}, {&rvalid, &rready},
                     &address, &address, &wdata, &rdata, &strobe, &response, &response, 0};
        cores[0] = {&none, &none, &none, &none, &none, &none, &none, &none, &none, key, &hash, &none, &none, &none, &none, &bytes, nullptr, nullptr};
    }
    bool breaks(Broken what) const { return rule == (int)what; }
    void eval() override {
        if (clock) {   // after the rise
            passed = reset ? 0 : passed + 1;
            if (rvalid && rready) rvalid = 0;
            else if (arvalid) rvalid = 1;
            if (breaks(Broken::ResponseChanged)) ++rdata;
            return;
        }
        in_ready = yes = !reset || breaks(Broken::ReadyInReset);
        if (breaks(Broken::RefusedData)) rdata = response = 2;
        const bool second = passed == 11;
        valid = passed >= 10 && passed <= 12 && !(second && breaks(Broken::ValidDropped));
        last = passed == 12;
        user = second && breaks(Broken::UserChanged);
        out[0] = second && breaks(Broken::PayloadChanged);
        out_keep = !second ? ~0ull : breaks(Broken::KeepHoles) ? ~0ull - 2 : breaks(Broken::KeepPartial) ? 1 : ~0ull;
        bvalid = second && breaks(Broken::EarlyResponse);
    }
    bool asserted() override { return !clock && passed == 11 && breaks(Broken::Assertion); }
    bool open_waves(const char*) override { return false; }
    void dump(uint64_t) override {}
    void close_waves() override {}
};
}   // namespace

extern "C" Model* model_broken(int rule) { return new BrokenModel(rule); }
