// Register map, codes and metadata of a Tandem card.
//
// Rendered from the table in hw/contract/src/register.rs, which the hardware's decoder and the host's driver are made from. A test compares
// it with that table; `just registers` writes it anew. docs/registers.md tells what a write does, and when.
//
// A register NAME has NAME_ADDRESS, and NAME_STRIDE where there are several. A field has _LSB and _WIDTH: word[NAME_LSB +: NAME_WIDTH].
package tandem_pkg;
    localparam logic [31:0] IDENTITY_VALUE = 32'h544e444d; // What IDENTITY reads on every card
    localparam logic [31:0] CONTRACT_VALUE = 32'h00020002; // Version of this map: major in the upper half, minor in the lower
    localparam logic [31:0] VIEW_IDLE_BANK = 32'h00000100; // In VIEW: reads of banked state show the idle bank
    localparam logic [31:0] UNIT_RULES = 32'h00000008; // Number of the bit of COMMIT and ACTIVE for the rules; groups have the bits from 0
    localparam logic [31:0] UNIT_MANAGERS = 32'h00000009; // Number of the bit of COMMIT and ACTIVE for the managers' MACs and egress ports
    localparam logic [31:0] ENTRY_WORDS = 32'h00000400; // Words per group reached by ENTRY_INDEX: four entries a word
    localparam logic [31:0] MANAGER_WORDS = 32'h00000002; // Words per manager reached by MANAGER_INDEX
    localparam logic [31:0] COUNTER_WORDS = 32'h00000004; // Words per counter reached by COUNTER_INDEX: frames low, frames high, bytes low, bytes high
    localparam logic [31:0] COUNTER_REASON = 32'h00000100; // First counter by reason; those before it count per manager
    localparam logic [31:0] COUNTER_HOST_LOST = 32'h00000120; // First counter of frames lost by a full host queue, by verdict
    localparam logic [31:0] COUNTERS = 32'h00000128; // How many counters there are
    localparam logic [31:0] BUCKETS = 32'h00001000; // Entries of one group's allocation table
    localparam logic [31:0] GROUPS = 32'h00000008; // Groups of a full-size card; CAPABILITIES tells how many this one has
    localparam logic [31:0] MANAGERS = 32'h000000ff; // Highest manager id; 0 is none
    localparam logic [31:0] RULES = 32'h00000010; // Ordered rules
    localparam logic [31:0] GROUP_MACS = 32'h00000008; // Addresses that a card answers for
    localparam logic [31:0] PORTS = 32'h00000002; // Packet ports
    localparam logic [31:0] REGISTER_WINDOW = 32'h00001000; // Bytes of the register window
    localparam logic [31:0] EGRESS_HOST = 32'h000000ff; // Egress port in a frame's metadata that stands for the host
    localparam logic [31:0] METADATA_WIDTH = 32'h00000030; // Bits of m_axis_tuser

    localparam logic [11:0] IDENTITY_ADDRESS = 12'h000;
    localparam int unsigned IDENTITY_VALUE_LSB = 0;
    localparam int unsigned IDENTITY_VALUE_WIDTH = 32;

    localparam logic [11:0] CONTRACT_ADDRESS = 12'h004;
    localparam int unsigned CONTRACT_MINOR_LSB = 0;
    localparam int unsigned CONTRACT_MINOR_WIDTH = 16;
    localparam int unsigned CONTRACT_MAJOR_LSB = 16;
    localparam int unsigned CONTRACT_MAJOR_WIDTH = 16;

    localparam logic [11:0] BUILD_ADDRESS = 12'h008;
    localparam int unsigned BUILD_PATCH_LSB = 0;
    localparam int unsigned BUILD_PATCH_WIDTH = 8;
    localparam int unsigned BUILD_MINOR_LSB = 8;
    localparam int unsigned BUILD_MINOR_WIDTH = 8;
    localparam int unsigned BUILD_MAJOR_LSB = 16;
    localparam int unsigned BUILD_MAJOR_WIDTH = 8;

    localparam logic [11:0] CAPABILITIES_ADDRESS = 12'h00c;
    localparam int unsigned CAPABILITIES_GROUPS_LSB = 0;
    localparam int unsigned CAPABILITIES_GROUPS_WIDTH = 8;
    localparam int unsigned CAPABILITIES_BUCKET_BITS_LSB = 8;
    localparam int unsigned CAPABILITIES_BUCKET_BITS_WIDTH = 8;
    localparam int unsigned CAPABILITIES_RULES_LSB = 16;
    localparam int unsigned CAPABILITIES_RULES_WIDTH = 8;
    localparam int unsigned CAPABILITIES_PORTS_LSB = 24;
    localparam int unsigned CAPABILITIES_PORTS_WIDTH = 8;

    localparam logic [11:0] GEOMETRY_ADDRESS = 12'h010;
    localparam int unsigned GEOMETRY_MANAGERS_LSB = 0;
    localparam int unsigned GEOMETRY_MANAGERS_WIDTH = 8;
    localparam int unsigned GEOMETRY_GROUP_MACS_LSB = 8;
    localparam int unsigned GEOMETRY_GROUP_MACS_WIDTH = 8;
    localparam int unsigned GEOMETRY_CORES_LSB = 16;
    localparam int unsigned GEOMETRY_CORES_WIDTH = 8;
    localparam int unsigned GEOMETRY_BEAT_BYTES_LSB = 24;
    localparam int unsigned GEOMETRY_BEAT_BYTES_WIDTH = 8;

    localparam logic [11:0] DECISION_SIDES_ADDRESS = 12'h014;
    localparam int unsigned DECISION_SIDES_SIDES_LSB = 0;
    localparam int unsigned DECISION_SIDES_SIDES_WIDTH = 8;

    localparam logic [11:0] CONTROL_ADDRESS = 12'h020;
    localparam int unsigned CONTROL_ENABLE_LSB = 0;
    localparam int unsigned CONTROL_ENABLE_WIDTH = 1;

    localparam logic [11:0] VIEW_ADDRESS = 12'h024;
    localparam int unsigned VIEW_CORE_LSB = 0;
    localparam int unsigned VIEW_CORE_WIDTH = 8;
    localparam int unsigned VIEW_IDLE_BANK_LSB = 8;
    localparam int unsigned VIEW_IDLE_BANK_WIDTH = 1;

    localparam logic [11:0] NEXT_GENERATION_ADDRESS = 12'h028;
    localparam int unsigned NEXT_GENERATION_NUMBER_LSB = 0;
    localparam int unsigned NEXT_GENERATION_NUMBER_WIDTH = 32;

    localparam logic [11:0] GENERATION_ADDRESS = 12'h02c;
    localparam int unsigned GENERATION_NUMBER_LSB = 0;
    localparam int unsigned GENERATION_NUMBER_WIDTH = 32;

    localparam logic [11:0] COMMIT_ADDRESS = 12'h030;
    localparam int unsigned COMMIT_GROUPS_LSB = 0;
    localparam int unsigned COMMIT_GROUPS_WIDTH = 8;
    localparam int unsigned COMMIT_RULES_LSB = 8;
    localparam int unsigned COMMIT_RULES_WIDTH = 1;
    localparam int unsigned COMMIT_MANAGERS_LSB = 9;
    localparam int unsigned COMMIT_MANAGERS_WIDTH = 1;

    localparam logic [11:0] STATUS_ADDRESS = 12'h034;
    localparam int unsigned STATUS_BUSY_LSB = 0;
    localparam int unsigned STATUS_BUSY_WIDTH = 1;

    localparam logic [11:0] ACTIVE_ADDRESS = 12'h038;
    localparam int unsigned ACTIVE_GROUPS_LSB = 0;
    localparam int unsigned ACTIVE_GROUPS_WIDTH = 8;
    localparam int unsigned ACTIVE_RULES_LSB = 8;
    localparam int unsigned ACTIVE_RULES_WIDTH = 1;
    localparam int unsigned ACTIVE_MANAGERS_LSB = 9;
    localparam int unsigned ACTIVE_MANAGERS_WIDTH = 1;

    localparam logic [11:0] NEIGHBOURS_ADDRESS = 12'h03c;
    localparam int unsigned NEIGHBOURS_HOST_LSB = 0;
    localparam int unsigned NEIGHBOURS_HOST_WIDTH = 1;

    localparam logic [11:0] ENTRY_INDEX_ADDRESS = 12'h040;
    localparam int unsigned ENTRY_INDEX_WORD_LSB = 0;
    localparam int unsigned ENTRY_INDEX_WORD_WIDTH = 10;
    localparam int unsigned ENTRY_INDEX_GROUP_LSB = 10;
    localparam int unsigned ENTRY_INDEX_GROUP_WIDTH = 3;

    localparam logic [11:0] ENTRY_DATA_ADDRESS = 12'h044;
    localparam int unsigned ENTRY_DATA_ENTRY0_LSB = 0;
    localparam int unsigned ENTRY_DATA_ENTRY0_WIDTH = 8;
    localparam int unsigned ENTRY_DATA_ENTRY1_LSB = 8;
    localparam int unsigned ENTRY_DATA_ENTRY1_WIDTH = 8;
    localparam int unsigned ENTRY_DATA_ENTRY2_LSB = 16;
    localparam int unsigned ENTRY_DATA_ENTRY2_WIDTH = 8;
    localparam int unsigned ENTRY_DATA_ENTRY3_LSB = 24;
    localparam int unsigned ENTRY_DATA_ENTRY3_WIDTH = 8;

    localparam logic [11:0] MANAGER_INDEX_ADDRESS = 12'h048;
    localparam int unsigned MANAGER_INDEX_WORD_LSB = 0;
    localparam int unsigned MANAGER_INDEX_WORD_WIDTH = 1;
    localparam int unsigned MANAGER_INDEX_MANAGER_LSB = 1;
    localparam int unsigned MANAGER_INDEX_MANAGER_WIDTH = 8;

    localparam logic [11:0] MANAGER_DATA_ADDRESS = 12'h04c;
    localparam int unsigned MANAGER_DATA_MAC_LO_LSB = 0;
    localparam int unsigned MANAGER_DATA_MAC_LO_WIDTH = 32;
    localparam int unsigned MANAGER_DATA_MAC_HI_LSB = 0;
    localparam int unsigned MANAGER_DATA_MAC_HI_WIDTH = 16;
    localparam int unsigned MANAGER_DATA_EGRESS_LSB = 16;
    localparam int unsigned MANAGER_DATA_EGRESS_WIDTH = 8;

    localparam logic [11:0] COUNTER_INDEX_ADDRESS = 12'h050;
    localparam int unsigned COUNTER_INDEX_WORD_LSB = 0;
    localparam int unsigned COUNTER_INDEX_WORD_WIDTH = 2;
    localparam int unsigned COUNTER_INDEX_COUNTER_LSB = 2;
    localparam int unsigned COUNTER_INDEX_COUNTER_WIDTH = 9;

    localparam logic [11:0] COUNTER_DATA_ADDRESS = 12'h054;
    localparam int unsigned COUNTER_DATA_FRAMES_LO_LSB = 0;
    localparam int unsigned COUNTER_DATA_FRAMES_LO_WIDTH = 32;
    localparam int unsigned COUNTER_DATA_FRAMES_HI_LSB = 0;
    localparam int unsigned COUNTER_DATA_FRAMES_HI_WIDTH = 32;
    localparam int unsigned COUNTER_DATA_BYTES_LO_LSB = 0;
    localparam int unsigned COUNTER_DATA_BYTES_LO_WIDTH = 32;
    localparam int unsigned COUNTER_DATA_BYTES_HI_LSB = 0;
    localparam int unsigned COUNTER_DATA_BYTES_HI_WIDTH = 32;

    localparam logic [11:0] GROUP_MAC_LO_ADDRESS = 12'h080;
    localparam int unsigned GROUP_MAC_LO_STRIDE = 8;
    localparam int unsigned GROUP_MAC_LO_MAC_LO_LSB = 0;
    localparam int unsigned GROUP_MAC_LO_MAC_LO_WIDTH = 32;

    localparam logic [11:0] GROUP_MAC_HI_ADDRESS = 12'h084;
    localparam int unsigned GROUP_MAC_HI_STRIDE = 8;
    localparam int unsigned GROUP_MAC_HI_MAC_HI_LSB = 0;
    localparam int unsigned GROUP_MAC_HI_MAC_HI_WIDTH = 16;
    localparam int unsigned GROUP_MAC_HI_ENABLED_LSB = 31;
    localparam int unsigned GROUP_MAC_HI_ENABLED_WIDTH = 1;

    localparam logic [11:0] PORT_PAIR_ADDRESS = 12'h0c0;
    localparam int unsigned PORT_PAIR_STRIDE = 4;
    localparam int unsigned PORT_PAIR_EGRESS_LSB = 0;
    localparam int unsigned PORT_PAIR_EGRESS_WIDTH = 8;

    localparam logic [11:0] MANAGER_ENABLE_ADDRESS = 12'h0e0;
    localparam int unsigned MANAGER_ENABLE_STRIDE = 4;
    localparam int unsigned MANAGER_ENABLE_ENABLED_LSB = 0;
    localparam int unsigned MANAGER_ENABLE_ENABLED_WIDTH = 32;

    localparam logic [11:0] GROUP_KEY_LO_ADDRESS = 12'h100;
    localparam int unsigned GROUP_KEY_LO_STRIDE = 16;
    localparam int unsigned GROUP_KEY_LO_KEY_LO_LSB = 0;
    localparam int unsigned GROUP_KEY_LO_KEY_LO_WIDTH = 32;

    localparam logic [11:0] GROUP_KEY_HI_ADDRESS = 12'h104;
    localparam int unsigned GROUP_KEY_HI_STRIDE = 16;
    localparam int unsigned GROUP_KEY_HI_KEY_HI_LSB = 0;
    localparam int unsigned GROUP_KEY_HI_KEY_HI_WIDTH = 32;

    localparam logic [11:0] GROUP_POLICY_ADDRESS = 12'h108;
    localparam int unsigned GROUP_POLICY_STRIDE = 16;
    localparam int unsigned GROUP_POLICY_DESIGNATED_LSB = 0;
    localparam int unsigned GROUP_POLICY_DESIGNATED_WIDTH = 8;
    localparam int unsigned GROUP_POLICY_EQUAL_PORTS_HASH_LSB = 8;
    localparam int unsigned GROUP_POLICY_EQUAL_PORTS_HASH_WIDTH = 1;

    localparam logic [11:0] RULE_PORTS_ADDRESS = 12'h200;
    localparam int unsigned RULE_PORTS_STRIDE = 8;
    localparam int unsigned RULE_PORTS_LOWEST_LSB = 0;
    localparam int unsigned RULE_PORTS_LOWEST_WIDTH = 16;
    localparam int unsigned RULE_PORTS_HIGHEST_LSB = 16;
    localparam int unsigned RULE_PORTS_HIGHEST_WIDTH = 16;

    localparam logic [11:0] RULE_MATCH_ADDRESS = 12'h204;
    localparam int unsigned RULE_MATCH_STRIDE = 8;
    localparam int unsigned RULE_MATCH_PROTOCOL_LSB = 0;
    localparam int unsigned RULE_MATCH_PROTOCOL_WIDTH = 8;
    localparam int unsigned RULE_MATCH_ANY_PROTOCOL_LSB = 8;
    localparam int unsigned RULE_MATCH_ANY_PROTOCOL_WIDTH = 1;
    localparam int unsigned RULE_MATCH_GROUP_LSB = 16;
    localparam int unsigned RULE_MATCH_GROUP_WIDTH = 3;
    localparam int unsigned RULE_MATCH_KEY_ON_PEER_LSB = 24;
    localparam int unsigned RULE_MATCH_KEY_ON_PEER_WIDTH = 1;
    localparam int unsigned RULE_MATCH_IN_USE_LSB = 31;
    localparam int unsigned RULE_MATCH_IN_USE_WIDTH = 1;
    localparam int unsigned METADATA_INGRESS_LSB = 0;
    localparam int unsigned METADATA_INGRESS_WIDTH = 8;
    localparam int unsigned METADATA_EGRESS_LSB = 8;
    localparam int unsigned METADATA_EGRESS_WIDTH = 8;
    localparam int unsigned METADATA_MANAGER_LSB = 16;
    localparam int unsigned METADATA_MANAGER_WIDTH = 8;
    localparam int unsigned METADATA_REASON_LSB = 24;
    localparam int unsigned METADATA_REASON_WIDTH = 5;
    localparam int unsigned METADATA_VERDICT_LSB = 29;
    localparam int unsigned METADATA_VERDICT_WIDTH = 3;
    localparam int unsigned METADATA_ANNOUNCED_LSB = 32;
    localparam int unsigned METADATA_ANNOUNCED_WIDTH = 16;
    localparam logic [2:0] VERDICT_TO_MANAGER = 3'd0;
    localparam logic [2:0] VERDICT_BRIDGE = 3'd1;
    localparam logic [2:0] VERDICT_CONTROL = 3'd2;
    localparam logic [2:0] VERDICT_FRAGMENT = 3'd3;
    localparam logic [2:0] VERDICT_DROP = 3'd4;
    localparam logic [4:0] REASON_DISABLED = 5'd0;
    localparam logic [4:0] REASON_RUNT = 5'd1;
    localparam logic [4:0] REASON_NOT_FOR_GROUP = 5'd2;
    localparam logic [4:0] REASON_NOT_IP = 5'd3;
    localparam logic [4:0] REASON_MALFORMED = 5'd4;
    localparam logic [4:0] REASON_TOO_DEEP = 5'd5;
    localparam logic [4:0] REASON_FRAGMENT = 5'd6;
    localparam logic [4:0] REASON_ICMP_ERROR = 5'd7;
    localparam logic [4:0] REASON_OTHER_PROTOCOL = 5'd8;
    localparam logic [4:0] REASON_EQUAL_PORTS = 5'd9;
    localparam logic [4:0] REASON_PEER_SIDE = 5'd10;
    localparam logic [4:0] REASON_SOURCE_SIDE = 5'd11;
    localparam logic [4:0] REASON_DESTINATION_SIDE = 5'd12;
    localparam logic [4:0] REASON_NO_MANAGER = 5'd13;
    localparam logic [4:0] REASON_NEIGHBOUR = 5'd14;
endpackage
