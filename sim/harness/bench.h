// What crosses the border to Rust (mirrored, field by field, in src/ffi.rs), and the signals of a model by their addresses.
#pragma once
#include <cstddef>
#include <cstdint>

template <class T> struct Slice { const T* at; size_t len; };

enum class PaceKind : uint32_t { Always, Random, Bursts, Pattern, Pause };
struct Pace { PaceKind kind; uint32_t length; uint64_t a, b; };

struct SourceIn { Slice<uint8_t> bytes; Slice<size_t> ends; Slice<uint8_t> tuser; Pace pace; };

enum class When : uint32_t { Now, Cycle, Accepted };
struct RegisterAccess { When when; uint32_t source; uint64_t at; uint32_t address, data; uint8_t strobe; bool write; };

struct Batch {
    Slice<SourceIn> sources;
    Slice<Pace> sinks;
    Slice<RegisterAccess> script;
    uint64_t scramble, budget, quiet;
    bool scrambled;
};

struct Egress { uint64_t first, last; size_t end; uint64_t tuser; };
struct Decision { uint64_t cycle; uint32_t hash; uint8_t key[18]; uint8_t verdict, reason, group, manager, egress; bool grouped, keyed, deep; };
struct CountEvent { uint64_t cycle; uint16_t bytes; uint8_t verdict, reason, manager; };
struct DropEvent { uint64_t cycle; uint8_t verdict; };
struct RawAccess { uint64_t started, finished; uint32_t data; bool slverr; };

enum class Broken : uint32_t { ValidDropped, PayloadChanged, UserChanged, KeepHoles, KeepPartial, EarlyResponse, ResponseChanged, RefusedData, ReadyInReset, Assertion };
struct Fault { uint64_t cycle; uint32_t place; Broken broken; };
constexpr uint32_t REGISTERS = 0xffffffff, SOURCE = 0x100, INSIDE = 0xfffffffe;   // places of faults: a sink's number, SOURCE and a source's, or one of the others

// Of each packet port there is a network side and a host side, a core and a clock; and the registers have a clock.
constexpr size_t PORTS = 2, CLOCKS = PORTS + 1, SOURCES = 2 * PORTS, SINKS = 2 * PORTS, CORES = PORTS;
struct Clock { uint64_t period, phase; };   // picoseconds; it rises at `phase`, and then every `period`
struct SourceOut { Slice<uint64_t> first, last; uint64_t beats; };
struct SinkOut { Slice<uint8_t> bytes; Slice<Egress> frames; bool open; };
struct CoreOut { Slice<Decision> decisions; Slice<CountEvent> counts; Slice<DropEvent> lost; };

// Points into the bench's own memory; good until the bench is next called.
struct RawLog {
    SourceOut sources[SOURCES];
    SinkOut sinks[SINKS];
    CoreOut cores[CORES];
    Slice<RawAccess> accesses;
    Slice<Fault> faults;
    bool stalled;
};

// The addresses of a model's ports. A null `valid` stands for a port that the design does not have.
// `user` holds `user_bytes`; `clock` is the place in `clocks` of the one that the stream belongs to.
struct Stream { uint32_t* data; void* keep; uint8_t *last, *valid, *ready; void* user; size_t user_bytes; uint32_t clock; };
struct Channel { uint8_t *valid, *ready; };
struct Registers {
    Channel aw, w, b, ar, r;
    uint16_t *awaddr, *araddr;
    uint32_t *wdata, *rdata;
    uint8_t *wstrb, *bresp, *rresp;
    uint32_t clock;
};
struct Trace {
    uint8_t *decision_valid, *verdict, *reason, *group, *grouped, *keyed, *manager, *egress, *deep;
    uint32_t *key, *hash;
    uint8_t *count_valid, *count_reason, *count_verdict, *count_manager;
    uint16_t* count_bytes;
    uint8_t *lost_valid, *lost_verdict;
};

// One verilated design with its own context: what bench.cpp needs to know of it, and all that wires.cpp gives.
struct Model {
    size_t beat;   // bytes
    uint8_t *clocks[CLOCKS] = {}, *rst;   // the first clock is that of the cores, and counts the cycles
    uint8_t* done = nullptr;              // of a design in a shell: whether it is through its reset
    Stream sources[SOURCES] = {}, sinks[SINKS] = {};
    Registers registers;
    Trace cores[CORES] = {};
    virtual void eval() = 0;
    virtual bool asserted() = 0;   // whether an assertion in the Verilog failed since this was last asked
    virtual bool open_waves(const char* path) = 0;
    virtual void dump(uint64_t time) = 0;
    virtual void close_waves() = 0;
    virtual ~Model() = default;
};
