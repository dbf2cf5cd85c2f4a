// The clock: everything that happens per cycle. One call from Rust runs one batch.
//
// A step: take the clocks that rise next, drive the inputs that belong to them, settle with these clocks low, see who shakes hands, raise
// them. Of a design with one clock every step is a cycle.
#include "bench.h"
#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

static_assert(SOURCES == 2 * CORES && SINKS == 2 * CORES, "a shell has one stream of the host in each direction for every packet port");
static_assert(SINKS >= CORES + 1, "a distributor has one sink for every packet port, and one for the host");

namespace {
constexpr size_t FAULTS = 1000;   // more of them tell nothing new
constexpr uint8_t SLVERR = 2;      // the only refusal there is: any other answer passes for none, so that the model contradicts it

template <class T> Slice<T> slice(const std::vector<T>& v) { return {v.data(), v.size()}; }

struct Random {   // splitmix64
    uint64_t state;
    uint64_t next() {
        uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
    uint64_t below(uint64_t n) { return (next() >> 32) * n >> 32; }
};

// Whether a side is willing in this clock; asked exactly once a clock.
struct Pacer {
    Pace pace{};
    Random random{};
    uint64_t clock = 0, left = 0;
    bool on = false;

    Pacer() = default;
    explicit Pacer(const Pace& p) : pace(p), random{p.a} {}
    bool willing() {
        switch (pace.kind) {
        case PaceKind::Always: return true;
        case PaceKind::Random: return random.below(100) < pace.b;
        case PaceKind::Bursts:
            if (left == 0) {
                on = !on;
                left = 1 + random.below(std::max<uint64_t>(1, on ? pace.length : pace.b));
            }
            --left;
            return on;
        case PaceKind::Pattern: return pace.length && pace.a >> clock++ % pace.length & 1;
        case PaceKind::Pause: return clock++ < pace.a || clock > pace.b;
        }
        return true;
    }
};

struct Faults {
    std::vector<Fault> log;
    void add(uint64_t cycle, uint32_t place, Broken broken) {
        if (log.size() < FAULTS) log.push_back({cycle, place, broken});
    }
};

uint64_t full(size_t beat) { return beat == 64 ? ~0ull : (1ull << beat) - 1; }

struct Source {
    Stream wires{};
    size_t beat = 0;
    SourceIn in{};
    Pacer pacer;
    size_t frame = 0, at = 0;   // the frame being sent, and where in `bytes` its next beat begins
    bool accepted = false;      // the beat on the wires was taken in the last clock
    bool open = false;          // the last beat that was taken does not end its frame
    uint64_t total = 0;         // frames whose first beat was offered since construction
    std::vector<uint64_t> first, last;
    uint64_t beats = 0;

    void begin(const SourceIn& source) {
        in = source;
        pacer = Pacer(source.pace);
        frame = at = beats = 0;
        first.clear();
        last.clear();
        *wires.valid = accepted = false;
    }
    bool done() const { return frame == in.ends.len; }
    bool starts() const { return at == (frame ? in.ends.at[frame - 1] : 0); }
    void drive() {
        const bool willing = pacer.willing();
        if (accepted) *wires.valid = accepted = false;
        if (*wires.valid || done() || !willing) return;   // valid never drops before it is accepted
        const size_t left = in.ends.at[frame] - at, n = std::min(left, beat);
        if (n < beat) memset(wires.data, 0xa5, beat);     // bytes without tkeep mean nothing: never a convenient zero
        memcpy(wires.data, in.bytes.at + at, n);
        const uint64_t keep = full(beat) >> (beat - n);
        memcpy(wires.keep, &keep, beat / 8);
        *wires.last = n == left;
        *wires.valid = 1;
        if (starts()) ++total;
        // A frame's tuser counts on the first beat only: its length, and for a core before that the ingress port.
        uint32_t user = starts() ? left : 0xffff;
        if (wires.user_bytes == 4) user = user << 8 | (!starts() ? 0xff : in.tuser.len ? in.tuser.at[frame] : 0);
        memcpy(wires.user, &user, wires.user_bytes);
    }
    void observe(uint64_t cycle) {
        if (!(*wires.valid && *wires.ready)) return;
        ++beats;
        open = !*wires.last;
        if (starts()) first.push_back(cycle);
        at = std::min(at + beat, in.ends.at[frame]);
        if (at == in.ends.at[frame]) {
            last.push_back(cycle);
            ++frame;
        }
        accepted = true;   // the wires stand until the clock has risen
    }

    // A frame that is half in comes to an end: with what is on the wires, and one more beat.
    bool owes() const { return open || (*wires.valid && !accepted); }
    void finish() {
        if (accepted) *wires.valid = accepted = false;
        if (*wires.valid || !open) return;
        *wires.valid = *wires.last = 1;
    }
    void observe_end() {
        if (!(*wires.valid && *wires.ready)) return;
        open = !*wires.last;
        accepted = true;
    }
};

struct Sink {
    Stream wires{};
    size_t beat = 0;
    uint32_t number = 0;
    Pacer pacer;
    std::vector<uint8_t> bytes;
    std::vector<Egress> frames;
    Egress current{};
    bool open = false, held = false;
    struct { uint32_t data[16]; uint64_t keep, user; uint8_t last; } seen{};   // the beat that was not accepted

    uint64_t keep() const {
        uint64_t keep = 0;
        memcpy(&keep, wires.keep, beat / 8);
        return keep;
    }
    uint64_t user() const { return *(uint64_t*)wires.user; }
    bool waiting() const { return open || *wires.valid; }
    void drive() { *wires.ready = pacer.willing(); }
    // Returns whether there was anything to see.
    bool observe(uint64_t cycle, Faults& faults) {
        const bool was_held = held;
        held = *wires.valid && !*wires.ready;
        if (!*wires.valid) {
            if (was_held) faults.add(cycle, number, Broken::ValidDropped);
            return false;
        }
        const uint64_t keep = this->keep();
        if (was_held && (memcmp(seen.data, wires.data, beat) || seen.keep != keep || seen.user != user() || seen.last != *wires.last))
            faults.add(cycle, number, Broken::PayloadChanged);
        if (held) {
            memcpy(seen.data, wires.data, beat);
            seen.keep = keep;
            seen.user = user();
            seen.last = *wires.last;
            return true;
        }
        if (!open) current = {cycle, cycle, 0, user()};
        else if (current.tuser != user()) faults.add(cycle, number, Broken::UserChanged);
        if (keep == 0 || keep & (keep + 1)) faults.add(cycle, number, Broken::KeepHoles);
        else if (!*wires.last && keep != full(beat)) faults.add(cycle, number, Broken::KeepPartial);
        const auto* data = (const uint8_t*)wires.data;
        bytes.insert(bytes.end(), data, data + __builtin_popcountll(keep));
        open = !*wires.last;
        if (!open) {
            current.last = cycle;
            current.end = bytes.size();
            frames.push_back(current);
        }
        return true;
    }
};

struct Core {
    Trace wires{};
    std::vector<Decision> decisions;
    std::vector<CountEvent> counts;
    std::vector<DropEvent> lost;

    bool observe(uint64_t cycle) {
        const Trace& w = wires;
        if (*w.decision_valid) {
            Decision d{cycle, *w.hash, {}, *w.verdict, *w.reason, *w.group, *w.manager, *w.egress, !!*w.grouped, !!*w.keyed, !!*w.deep};
            memcpy(d.key, w.key, sizeof d.key);
            decisions.push_back(d);
        }
        if (*w.count_valid) counts.push_back({cycle, *w.count_bytes, *w.count_verdict, *w.count_reason, *w.count_manager});
        const bool dropped = w.lost_valid && *w.lost_valid;
        if (dropped) lost.push_back({cycle, *w.lost_verdict});
        return *w.decision_valid || *w.count_valid || dropped;
    }
};

// The register port: one access at a time.
struct Bus {
    ::Registers w{};
    Slice<RegisterAccess> script{};
    Random random{};
    bool scrambled = false, active = false;
    size_t next = 0;
    bool address_done = false, data_done = false, held = false;
    uint64_t address_at = 0, data_at = 0, seen = 0;
    RawAccess current{};
    std::vector<RawAccess> log;

    void begin(const Batch& batch) {
        script = batch.script;
        random = {batch.scramble};
        scrambled = batch.scrambled;
        next = 0;
        log.clear();
        idle();
    }
    void idle() {
        *w.aw.valid = *w.w.valid = *w.b.ready = *w.ar.valid = *w.r.ready = 0;
        active = held = false;
    }
    bool done() const { return next == script.len; }
    void drive(uint64_t cycle, bool due) {
        if (!active) {
            idle();
            if (done() || !due) return;
            active = true;
            current = {cycle, 0, 0, false};
            address_done = data_done = false;
            address_at = cycle + (scrambled ? random.below(6) : 0);
            data_at = cycle + (scrambled ? random.below(6) : 0);
        }
        const RegisterAccess& a = script.at[next];
        const bool ready = !scrambled || random.below(2);
        if (a.write) {
            *w.awaddr = a.address;
            *w.wdata = a.data;
            *w.wstrb = a.strobe;
            *w.aw.valid = !address_done && cycle >= address_at;
            *w.w.valid = !data_done && cycle >= data_at;
            *w.b.ready = ready;
        } else {
            *w.araddr = a.address;
            *w.ar.valid = !address_done && cycle >= address_at;
            *w.r.ready = ready;
        }
    }
    void observe(uint64_t cycle, Faults& faults) {
        const bool write = active && script.at[next].write;
        const bool asked = active && address_done && (!write || data_done);   // before this clock
        if (*w.r.valid && *w.rresp && *w.rdata) faults.add(cycle, REGISTERS, Broken::RefusedData);
        if ((*w.b.valid && !(asked && write)) || (*w.r.valid && !(asked && !write))) faults.add(cycle, REGISTERS, Broken::EarlyResponse);
        if (!active) return;
        const Channel address = write ? w.aw : w.ar, answer = write ? w.b : w.r;
        const uint64_t response = write ? *w.bresp : *w.rresp | (uint64_t)*w.rdata << 8;
        if (held && (!*answer.valid || response != seen)) faults.add(cycle, REGISTERS, Broken::ResponseChanged);
        held = *answer.valid && !*answer.ready;
        seen = response;
        address_done |= *address.valid && *address.ready;
        data_done |= write && *w.w.valid && *w.w.ready;
        if (!(asked && *answer.valid && *answer.ready)) return;
        current.finished = cycle;
        current.data = write ? 0 : *w.rdata;
        current.slverr = (write ? *w.bresp : *w.rresp) == SLVERR;
        log.push_back(current);
        ++next;
        active = held = false;   // the wires stand until the clock has risen
    }
};

struct Waves { uint32_t source = 0; uint64_t frame = 0, left = 0; };
}   // namespace

struct Bench {
    std::unique_ptr<Model> model;
    std::vector<Source> sources;
    std::vector<Sink> sinks;
    std::vector<Core> cores;
    Bus bus;
    Faults faults;
    Waves waves;
    struct Tick { uint8_t* wire; uint64_t period, next; };
    std::vector<Tick> ticks;
    uint64_t cycle = 0, steps = 0;

    explicit Bench(Model* m) : model(m) {
        for (const Stream& wires : m->sources)
            if (wires.valid) { sources.emplace_back(); sources.back().wires = wires; sources.back().beat = m->beat; }
        for (const Stream& wires : m->sinks)
            if (wires.valid) {
                sinks.emplace_back();
                sinks.back().wires = wires;
                sinks.back().beat = m->beat;
                sinks.back().number = sinks.size() - 1;
            }
        for (const Trace& wires : m->cores)
            if (wires.decision_valid) { cores.emplace_back(); cores.back().wires = wires; }
        bus.w = m->registers;
    }

    // From now on the clocks rise so; those that are not named stand still.
    void set_clocks(const Clock* clocks, size_t count) {
        ticks.clear();
        for (size_t i = 0; i < std::min(count, CLOCKS); ++i) ticks.push_back({model->clocks[i], std::max<uint64_t>(1, clocks[i].period), clocks[i].phase});
    }
    // The clocks that rise next, and all at once: bit n for clock n.
    uint32_t take_rising() {
        uint64_t soonest = ~0ull;
        uint32_t rising = 0;
        for (const Tick& t : ticks) soonest = std::min(soonest, t.next);
        for (size_t i = 0; i < ticks.size(); ++i)
            if (ticks[i].next == soonest) {
                rising |= 1u << i;
                ticks[i].next += ticks[i].period;
            }
        return rising;
    }
    void set(uint32_t rising, uint8_t level) {
        for (size_t i = 0; i < ticks.size(); ++i)
            if (rising >> i & 1) *ticks[i].wire = level;
        model->eval();
        if (waves.left) dump(level);
    }
    void settle(uint32_t rising) { set(rising, 0); }
    void rise(uint32_t rising) {
        set(rising, 1);
        cycle += rising & 1;
        ++steps;
    }
    void dump(uint64_t half) {
        const Source& source = sources[waves.source];
        if (source.total <= waves.frame) return;
        model->dump(2 * steps + half);
        if (half && --waves.left == 0) model->close_waves();
    }

    // A design by itself takes nothing while it is in reset.
    void observe_reset() {
        const ::Registers& w = bus.w;
        if (*w.aw.ready || *w.w.ready || *w.ar.ready) faults.add(cycle, REGISTERS, Broken::ReadyInReset);
        for (uint32_t i = 0; i < sources.size(); ++i)
            if (*sources[i].wires.ready) faults.add(cycle, SOURCE + i, Broken::ReadyInReset);
    }

    // Every clock rises so often in it, but where the design holds itself in reset for longer. Returns whether the design is through it.
    bool reset(int clocks) {
        const bool alone = model->done;   // what is around the design is not reset with it
        bus.idle();
        for (Source& s : sources)
            if (!alone) *s.wires.valid = s.open = false;
        for (Sink& k : sinks) {
            *k.wires.ready = 0;
            k.open = k.held = false;
            k.bytes.resize(k.frames.empty() ? 0 : k.frames.back().end);
        }
        *model->rst = 1;
        // The slowest clock takes longest.
        std::vector<int> left(ticks.size(), clocks);
        const auto step = [&] {
            const uint32_t rising = take_rising();
            for (size_t i = 0; i < left.size(); ++i) left[i] -= rising >> i & 1;
            for (Source& s : sources) if (alone && rising >> s.wires.clock & 1) s.finish();
            settle(rising);
            if (ticks.size() == 1) observe_reset();
            for (Source& s : sources) if (alone && rising >> s.wires.clock & 1) s.observe_end();
            rise(rising);
        };
        while (std::any_of(left.begin(), left.end(), [](int n) { return n > 0; })) step();
        *model->rst = 0;
        const auto through = [&] { return !alone || (*model->done && std::none_of(sources.begin(), sources.end(), [](const Source& s) { return s.owes(); })); };
        for (uint64_t until = cycle + 1'000'000; !through() && cycle < until;) step();
        return through();
    }

    bool due(uint64_t began) const {
        if (bus.done()) return false;
        const RegisterAccess& a = bus.script.at[bus.next];
        switch (a.when) {
        case When::Now: return true;
        case When::Cycle: return cycle - began >= a.at;
        case When::Accepted: return a.source < sources.size() && sources[a.source].frame > a.at;
        }
        return true;
    }

    // Returns whether the batch came to its end within the budget.
    bool run(const Batch& batch) {
        const uint64_t began = cycle;
        for (size_t i = 0; i < sources.size(); ++i) sources[i].begin(i < batch.sources.len ? batch.sources.at[i] : SourceIn{});
        for (size_t i = 0; i < sinks.size(); ++i) sinks[i].pacer = Pacer(i < batch.sinks.len ? batch.sinks.at[i] : Pace{});
        bus.begin(batch);
        bool active = false;
        for (uint64_t calm = 0; cycle - began < batch.budget;) {
            const uint32_t rising = take_rising();
            const auto moves = [rising](uint32_t clock) { return rising >> clock & 1; };
            for (Source& s : sources) if (moves(s.wires.clock)) s.drive();
            for (Sink& k : sinks) if (moves(k.wires.clock)) k.drive();
            if (moves(bus.w.clock)) bus.drive(cycle, bus.active || due(began));
            settle(rising);
            if (model->asserted()) faults.add(cycle, INSIDE, Broken::Assertion);
            if (moves(0)) for (Core& c : cores) active |= c.observe(cycle);
            for (Sink& k : sinks) if (moves(k.wires.clock)) active |= k.observe(cycle, faults);
            for (Source& s : sources) if (moves(s.wires.clock)) s.observe(cycle);
            if (moves(bus.w.clock)) bus.observe(cycle, faults);
            rise(rising);
            if (!moves(0)) continue;   // a cycle is over when the first clock rises
            bool left = !bus.done();
            for (const Source& s : sources) left |= !s.done();
            // A register access asks for no quiet: it must not wait for a frame that a faulty design leaves half out.
            if (batch.quiet == 0 && !left) return true;
            active |= left;
            calm = active ? 0 : calm + 1;
            const bool idle = !active;
            active = false;
            if (calm >= batch.quiet && idle && std::none_of(sinks.begin(), sinks.end(), [](const Sink& k) { return k.open; })) return true;
        }
        return false;
    }

    void report(RawLog& out) const {
        for (size_t i = 0; i < sources.size(); ++i) out.sources[i] = {slice(sources[i].first), slice(sources[i].last), sources[i].beats};
        for (size_t i = 0; i < sinks.size(); ++i) out.sinks[i] = {slice(sinks[i].bytes), slice(sinks[i].frames), sinks[i].waiting()};
        for (size_t i = 0; i < cores.size(); ++i) out.cores[i] = {slice(cores[i].decisions), slice(cores[i].counts), slice(cores[i].lost)};
        out.accesses = slice(bus.log);
        out.faults = slice(faults.log);
    }
};

// Every function below takes a bench that `bench_new` made and that no other call is using.
extern "C" {
Bench* bench_new(Model* model) { return new Bench(model); }
void bench_delete(Bench* bench) { delete bench; }
void bench_clocks(Bench* bench, const Clock* clocks, size_t count) { bench->set_clocks(clocks, count); }
bool bench_reset(Bench* bench, int clocks) { return bench->reset(clocks); }
uint64_t bench_cycle(const Bench* bench) { return bench->cycle; }

// Arms the waves; false if the file cannot be written.
bool bench_waves(Bench* bench, const char* path, uint32_t source, uint64_t frame, uint64_t cycles) {
    if (source >= bench->sources.size() || !bench->model->open_waves(path)) return false;
    bench->waves = {source, frame, cycles};
    return true;
}

// Runs one batch. What it recorded is added to what earlier batches left; accesses are this batch's only.
void bench_run(Bench* bench, const Batch* batch, RawLog* out) {
    out->stalled = !bench->run(*batch);
    bench->report(*out);
}

// Forgets what was recorded, apart from a frame that is half out.
void bench_clear(Bench* bench) {
    for (Sink& k : bench->sinks) {
        k.bytes.erase(k.bytes.begin(), k.bytes.begin() + (k.frames.empty() ? 0 : k.frames.back().end));
        k.frames.clear();
    }
    for (Core& c : bench->cores) {
        c.decisions.clear();
        c.counts.clear();
        c.lost.clear();
    }
    bench->faults.log.clear();
}
}
