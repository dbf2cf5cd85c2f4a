/* Register map of a Tandem card.
 *
 * Rendered from the table in hw/contract/src/register.rs, which the hardware's decoder and the host's driver are made from. A test
 * compares it with that table; `just registers` writes it anew. docs/registers.md tells what a write does, and when.
 *
 * A field NAME of a register has NAME_SHIFT, its least significant bit, and NAME_MASK, its bits in the word.
 *
 * Addresses are byte offsets into the register window; every access is one aligned 32-bit word, little-endian on PCI.
 */
#ifndef TANDEM_H
#define TANDEM_H

/* What IDENTITY reads on every card */
#define TANDEM_IDENTITY_VALUE 0x544e444du

/* Version of this map: major in the upper half, minor in the lower */
#define TANDEM_CONTRACT_VALUE 0x00020002u

/* In VIEW: reads of banked state show the idle bank */
#define TANDEM_VIEW_IDLE_BANK 0x00000100u

/* Number of the bit of COMMIT and ACTIVE for the rules; groups have the bits from 0 */
#define TANDEM_UNIT_RULES 8u

/* Number of the bit of COMMIT and ACTIVE for the managers' MACs and egress ports */
#define TANDEM_UNIT_MANAGERS 9u

/* Words per group reached by ENTRY_INDEX: four entries a word */
#define TANDEM_ENTRY_WORDS 1024u

/* Words per manager reached by MANAGER_INDEX */
#define TANDEM_MANAGER_WORDS 2u

/* Words per counter reached by COUNTER_INDEX: frames low, frames high, bytes low, bytes high */
#define TANDEM_COUNTER_WORDS 4u

/* First counter by reason; those before it count per manager */
#define TANDEM_COUNTER_REASON 256u

/* First counter of frames lost by a full host queue, by verdict */
#define TANDEM_COUNTER_HOST_LOST 288u

/* How many counters there are */
#define TANDEM_COUNTERS 296u

/* Entries of one group's allocation table */
#define TANDEM_BUCKETS 4096u

/* Groups of a full-size card; CAPABILITIES tells how many this one has */
#define TANDEM_GROUPS 8u

/* Highest manager id; 0 is none */
#define TANDEM_MANAGERS 255u

/* Ordered rules */
#define TANDEM_RULES 16u

/* Addresses that a card answers for */
#define TANDEM_GROUP_MACS 8u

/* Packet ports */
#define TANDEM_PORTS 2u

/* Bytes of the register window */
#define TANDEM_REGISTER_WINDOW 4096u

/* Egress port in a frame's metadata that stands for the host */
#define TANDEM_EGRESS_HOST 255u

/* Bits of m_axis_tuser */
#define TANDEM_METADATA_WIDTH 48u

/* The identity word. read only */
#define TANDEM_IDENTITY 0x000u
#define TANDEM_IDENTITY_VALUE_SHIFT 0u /* `TNDM` in ASCII */
#define TANDEM_IDENTITY_VALUE_MASK 0xffffffffu

/* The contract's version. read only */
#define TANDEM_CONTRACT 0x004u
#define TANDEM_CONTRACT_MINOR_SHIFT 0u /* raised with every addition */
#define TANDEM_CONTRACT_MINOR_MASK 0x0000ffffu
#define TANDEM_CONTRACT_MAJOR_SHIFT 16u /* raised where an old host would misread the card */
#define TANDEM_CONTRACT_MAJOR_MASK 0xffff0000u

/* The release that emitted the hardware. read only */
#define TANDEM_BUILD 0x008u
#define TANDEM_BUILD_PATCH_SHIFT 0u /* patch version */
#define TANDEM_BUILD_PATCH_MASK 0x000000ffu
#define TANDEM_BUILD_MINOR_SHIFT 8u /* minor version */
#define TANDEM_BUILD_MINOR_MASK 0x0000ff00u
#define TANDEM_BUILD_MAJOR_SHIFT 16u /* major version */
#define TANDEM_BUILD_MAJOR_MASK 0x00ff0000u

/* What the card can do. read only */
#define TANDEM_CAPABILITIES 0x00cu
#define TANDEM_CAPABILITIES_GROUPS_SHIFT 0u /* groups */
#define TANDEM_CAPABILITIES_GROUPS_MASK 0x000000ffu
#define TANDEM_CAPABILITIES_BUCKET_BITS_SHIFT 8u /* log2 of the buckets */
#define TANDEM_CAPABILITIES_BUCKET_BITS_MASK 0x0000ff00u
#define TANDEM_CAPABILITIES_RULES_SHIFT 16u /* rules */
#define TANDEM_CAPABILITIES_RULES_MASK 0x00ff0000u
#define TANDEM_CAPABILITIES_PORTS_SHIFT 24u /* packet ports */
#define TANDEM_CAPABILITIES_PORTS_MASK 0xff000000u

/* How large its other stores are. read only */
#define TANDEM_GEOMETRY 0x010u
#define TANDEM_GEOMETRY_MANAGERS_SHIFT 0u /* highest manager id */
#define TANDEM_GEOMETRY_MANAGERS_MASK 0x000000ffu
#define TANDEM_GEOMETRY_GROUP_MACS_SHIFT 8u /* group MACs */
#define TANDEM_GEOMETRY_GROUP_MACS_MASK 0x0000ff00u
#define TANDEM_GEOMETRY_CORES_SHIFT 16u /* cores */
#define TANDEM_GEOMETRY_CORES_MASK 0x00ff0000u
#define TANDEM_GEOMETRY_BEAT_BYTES_SHIFT 24u /* bytes per beat */
#define TANDEM_GEOMETRY_BEAT_BYTES_MASK 0xff000000u

/* How many decision sides it has. read only */
#define TANDEM_DECISION_SIDES 0x014u
#define TANDEM_DECISION_SIDES_SIDES_SHIFT 0u /* decision sides, each with tables of its own: as many as cores, or one that all cores share */
#define TANDEM_DECISION_SIDES_SIDES_MASK 0x000000ffu

/* The switch of the whole card. read and write */
#define TANDEM_CONTROL 0x020u
#define TANDEM_CONTROL_ENABLE_SHIFT 0u /* frames are decided; while 0, every frame is bridged */
#define TANDEM_CONTROL_ENABLE_MASK 0x00000001u

/* What reads show. read and write */
#define TANDEM_VIEW 0x024u
#define TANDEM_VIEW_CORE_SHIFT 0u /* the core whose state later reads show */
#define TANDEM_VIEW_CORE_MASK 0x000000ffu
#define TANDEM_VIEW_IDLE_BANK_SHIFT 8u /* of banked state, reads show the idle bank (1) or the active one (0) */
#define TANDEM_VIEW_IDLE_BANK_MASK 0x00000100u

/* The generation that the next commit announces. read and write */
#define TANDEM_NEXT_GENERATION 0x028u
#define TANDEM_NEXT_GENERATION_NUMBER_SHIFT 0u /* the host's choice; a commit copies it to GENERATION */
#define TANDEM_NEXT_GENERATION_NUMBER_MASK 0xffffffffu

/* The generation of the last commit. read only */
#define TANDEM_GENERATION 0x02cu
#define TANDEM_GENERATION_NUMBER_SHIFT 0u /* number */
#define TANDEM_GENERATION_NUMBER_MASK 0xffffffffu

/* Makes idle banks active. write only */
#define TANDEM_COMMIT 0x030u
#define TANDEM_COMMIT_GROUPS_SHIFT 0u /* groups whose banks change places, by bit */
#define TANDEM_COMMIT_GROUPS_MASK 0x000000ffu
#define TANDEM_COMMIT_RULES_SHIFT 8u /* the list of rules changes places, too */
#define TANDEM_COMMIT_RULES_MASK 0x00000100u
#define TANDEM_COMMIT_MANAGERS_SHIFT 9u /* the managers' MACs and egress ports change places, too */
#define TANDEM_COMMIT_MANAGERS_MASK 0x00000200u

/* Whether the last commit is complete. read only */
#define TANDEM_STATUS 0x034u
#define TANDEM_STATUS_BUSY_SHIFT 0u /* a commit is in progress */
#define TANDEM_STATUS_BUSY_MASK 0x00000001u

/* Which bank is active. read only */
#define TANDEM_ACTIVE 0x038u
#define TANDEM_ACTIVE_GROUPS_SHIFT 0u /* the active bank of each group, by bit */
#define TANDEM_ACTIVE_GROUPS_MASK 0x000000ffu
#define TANDEM_ACTIVE_RULES_SHIFT 8u /* the active bank of the list of rules */
#define TANDEM_ACTIVE_RULES_MASK 0x00000100u
#define TANDEM_ACTIVE_MANAGERS_SHIFT 9u /* the active bank of the managers' MACs and egress ports */
#define TANDEM_ACTIVE_MANAGERS_MASK 0x00000200u

/* Who answers neighbour questions to everybody. read and write */
#define TANDEM_NEIGHBOURS 0x03cu
#define TANDEM_NEIGHBOURS_HOST_SHIFT 0u /* they go to the host, which answers for the groups; while 0 they are bridged */
#define TANDEM_NEIGHBOURS_HOST_MASK 0x00000001u

/* Word of the allocation tables. read and write */
#define TANDEM_ENTRY_INDEX 0x040u
#define TANDEM_ENTRY_INDEX_WORD_SHIFT 0u /* bucket / 4 */
#define TANDEM_ENTRY_INDEX_WORD_MASK 0x000003ffu
#define TANDEM_ENTRY_INDEX_GROUP_SHIFT 10u /* group */
#define TANDEM_ENTRY_INDEX_GROUP_MASK 0x00001c00u

/* Four entries of the allocation table. read and write */
#define TANDEM_ENTRY_DATA 0x044u
#define TANDEM_ENTRY_DATA_ENTRY0_SHIFT 0u /* manager id at bucket 4i; 0 is none */
#define TANDEM_ENTRY_DATA_ENTRY0_MASK 0x000000ffu
#define TANDEM_ENTRY_DATA_ENTRY1_SHIFT 8u /* manager id at bucket 4i + 1 */
#define TANDEM_ENTRY_DATA_ENTRY1_MASK 0x0000ff00u
#define TANDEM_ENTRY_DATA_ENTRY2_SHIFT 16u /* manager id at bucket 4i + 2 */
#define TANDEM_ENTRY_DATA_ENTRY2_MASK 0x00ff0000u
#define TANDEM_ENTRY_DATA_ENTRY3_SHIFT 24u /* manager id at bucket 4i + 3 */
#define TANDEM_ENTRY_DATA_ENTRY3_MASK 0xff000000u

/* Word of the manager table. read and write */
#define TANDEM_MANAGER_INDEX 0x048u
#define TANDEM_MANAGER_INDEX_WORD_SHIFT 0u /* word of the row */
#define TANDEM_MANAGER_INDEX_WORD_MASK 0x00000001u
#define TANDEM_MANAGER_INDEX_MANAGER_SHIFT 1u /* manager id */
#define TANDEM_MANAGER_INDEX_MANAGER_MASK 0x000001feu

/* One word of a manager's row. read and write */
#define TANDEM_MANAGER_DATA 0x04cu
#define TANDEM_MANAGER_DATA_MAC_LO_SHIFT 0u /* word 0: MAC bits 31:0 */
#define TANDEM_MANAGER_DATA_MAC_LO_MASK 0xffffffffu
#define TANDEM_MANAGER_DATA_MAC_HI_SHIFT 0u /* word 1: MAC bits 47:32 */
#define TANDEM_MANAGER_DATA_MAC_HI_MASK 0x0000ffffu
#define TANDEM_MANAGER_DATA_EGRESS_SHIFT 16u /* word 1: egress port */
#define TANDEM_MANAGER_DATA_EGRESS_MASK 0x00ff0000u

/* Word of the counters. read and write */
#define TANDEM_COUNTER_INDEX 0x050u
#define TANDEM_COUNTER_INDEX_WORD_SHIFT 0u /* word of the counter */
#define TANDEM_COUNTER_INDEX_WORD_MASK 0x00000003u
#define TANDEM_COUNTER_INDEX_COUNTER_SHIFT 2u /* 0-255 per manager, 256-287 per reason, 288-295 lost by the host queue, per verdict */
#define TANDEM_COUNTER_INDEX_COUNTER_MASK 0x000007fcu

/* One word of a counter. read only */
#define TANDEM_COUNTER_DATA 0x054u
#define TANDEM_COUNTER_DATA_FRAMES_LO_SHIFT 0u /* word 0: frames 31:0 */
#define TANDEM_COUNTER_DATA_FRAMES_LO_MASK 0xffffffffu
#define TANDEM_COUNTER_DATA_FRAMES_HI_SHIFT 0u /* word 1: frames 63:32 */
#define TANDEM_COUNTER_DATA_FRAMES_HI_MASK 0xffffffffu
#define TANDEM_COUNTER_DATA_BYTES_LO_SHIFT 0u /* word 2: bytes 31:0 */
#define TANDEM_COUNTER_DATA_BYTES_LO_MASK 0xffffffffu
#define TANDEM_COUNTER_DATA_BYTES_HI_SHIFT 0u /* word 3: bytes 63:32 */
#define TANDEM_COUNTER_DATA_BYTES_HI_MASK 0xffffffffu

/* Lower part of a group MAC. read and write, i < 8 */
#define TANDEM_GROUP_MAC_LO(i) (0x080u + 8u * (i))
#define TANDEM_GROUP_MAC_LO_MAC_LO_SHIFT 0u /* MAC bits 31:0 */
#define TANDEM_GROUP_MAC_LO_MAC_LO_MASK 0xffffffffu

/* Upper part of a group MAC. read and write, i < 8 */
#define TANDEM_GROUP_MAC_HI(i) (0x084u + 8u * (i))
#define TANDEM_GROUP_MAC_HI_MAC_HI_SHIFT 0u /* MAC bits 47:32 */
#define TANDEM_GROUP_MAC_HI_MAC_HI_MASK 0x0000ffffu
#define TANDEM_GROUP_MAC_HI_ENABLED_SHIFT 31u /* frames to this address are decided */
#define TANDEM_GROUP_MAC_HI_ENABLED_MASK 0x80000000u

/* Where a bridged frame goes. read and write, i < 2 */
#define TANDEM_PORT_PAIR(i) (0x0c0u + 4u * (i))
#define TANDEM_PORT_PAIR_EGRESS_SHIFT 0u /* egress port of frames bridged from this ingress port */
#define TANDEM_PORT_PAIR_EGRESS_MASK 0x000000ffu

/* Which managers take traffic. read and write, i < 8 */
#define TANDEM_MANAGER_ENABLE(i) (0x0e0u + 4u * (i))
#define TANDEM_MANAGER_ENABLE_ENABLED_SHIFT 0u /* managers 32i to 32i + 31, by bit: the manager takes traffic */
#define TANDEM_MANAGER_ENABLE_ENABLED_MASK 0xffffffffu

/* Lower part of a group's hash key. read and write, i < 8 */
#define TANDEM_GROUP_KEY_LO(i) (0x100u + 16u * (i))
#define TANDEM_GROUP_KEY_LO_KEY_LO_SHIFT 0u /* key bytes 3:0, byte 0 least significant */
#define TANDEM_GROUP_KEY_LO_KEY_LO_MASK 0xffffffffu

/* Upper part of a group's hash key. read and write, i < 8 */
#define TANDEM_GROUP_KEY_HI(i) (0x104u + 16u * (i))
#define TANDEM_GROUP_KEY_HI_KEY_HI_SHIFT 0u /* key bytes 7:4 */
#define TANDEM_GROUP_KEY_HI_KEY_HI_MASK 0xffffffffu

/* A group's policy. read and write, i < 8 */
#define TANDEM_GROUP_POLICY(i) (0x108u + 16u * (i))
#define TANDEM_GROUP_POLICY_DESIGNATED_SHIFT 0u /* designated manager; 0 is none */
#define TANDEM_GROUP_POLICY_DESIGNATED_MASK 0x000000ffu
#define TANDEM_GROUP_POLICY_EQUAL_PORTS_HASH_SHIFT 8u /* packets with equal ports go by the pair key instead */
#define TANDEM_GROUP_POLICY_EQUAL_PORTS_HASH_MASK 0x00000100u

/* A rule's port range. read and write, i < 16 */
#define TANDEM_RULE_PORTS(i) (0x200u + 8u * (i))
#define TANDEM_RULE_PORTS_LOWEST_SHIFT 0u /* lowest port */
#define TANDEM_RULE_PORTS_LOWEST_MASK 0x0000ffffu
#define TANDEM_RULE_PORTS_HIGHEST_SHIFT 16u /* highest port */
#define TANDEM_RULE_PORTS_HIGHEST_MASK 0xffff0000u

/* What a rule matches and answers. read and write, i < 16 */
#define TANDEM_RULE_MATCH(i) (0x204u + 8u * (i))
#define TANDEM_RULE_MATCH_PROTOCOL_SHIFT 0u /* protocol; reads 0 where any matches */
#define TANDEM_RULE_MATCH_PROTOCOL_MASK 0x000000ffu
#define TANDEM_RULE_MATCH_ANY_PROTOCOL_SHIFT 8u /* any protocol matches */
#define TANDEM_RULE_MATCH_ANY_PROTOCOL_MASK 0x00000100u
#define TANDEM_RULE_MATCH_GROUP_SHIFT 16u /* group */
#define TANDEM_RULE_MATCH_GROUP_MASK 0x00070000u
#define TANDEM_RULE_MATCH_KEY_ON_PEER_SHIFT 24u /* key on the peer */
#define TANDEM_RULE_MATCH_KEY_ON_PEER_MASK 0x01000000u
#define TANDEM_RULE_MATCH_IN_USE_SHIFT 31u /* the rule is in use */
#define TANDEM_RULE_MATCH_IN_USE_MASK 0x80000000u

/* A frame's metadata, 48 bits of m_axis_tuser */
#define TANDEM_METADATA_INGRESS_SHIFT 0u /* ingress port */
#define TANDEM_METADATA_INGRESS_MASK 0xffull
#define TANDEM_METADATA_EGRESS_SHIFT 8u /* egress port; 255 is the host */
#define TANDEM_METADATA_EGRESS_MASK 0xff00ull
#define TANDEM_METADATA_MANAGER_SHIFT 16u /* manager; 0 is none */
#define TANDEM_METADATA_MANAGER_MASK 0xff0000ull
#define TANDEM_METADATA_REASON_SHIFT 24u /* reason */
#define TANDEM_METADATA_REASON_MASK 0x1f000000ull
#define TANDEM_METADATA_VERDICT_SHIFT 29u /* verdict */
#define TANDEM_METADATA_VERDICT_MASK 0xe0000000ull
#define TANDEM_METADATA_ANNOUNCED_SHIFT 32u /* length in bytes that was announced with the frame's first beat; 0 where none was */
#define TANDEM_METADATA_ANNOUNCED_MASK 0xffff00000000ull

/* Verdicts */
#define TANDEM_VERDICT_TO_MANAGER 0u
#define TANDEM_VERDICT_BRIDGE 1u
#define TANDEM_VERDICT_CONTROL 2u
#define TANDEM_VERDICT_FRAGMENT 3u
#define TANDEM_VERDICT_DROP 4u

/* Reasons; counters from TANDEM_COUNTER_REASON on */
#define TANDEM_REASON_DISABLED 0u
#define TANDEM_REASON_RUNT 1u
#define TANDEM_REASON_NOT_FOR_GROUP 2u
#define TANDEM_REASON_NOT_IP 3u
#define TANDEM_REASON_MALFORMED 4u
#define TANDEM_REASON_TOO_DEEP 5u
#define TANDEM_REASON_FRAGMENT 6u
#define TANDEM_REASON_ICMP_ERROR 7u
#define TANDEM_REASON_OTHER_PROTOCOL 8u
#define TANDEM_REASON_EQUAL_PORTS 9u
#define TANDEM_REASON_PEER_SIDE 10u
#define TANDEM_REASON_SOURCE_SIDE 11u
#define TANDEM_REASON_DESTINATION_SIDE 12u
#define TANDEM_REASON_NO_MANAGER 13u
#define TANDEM_REASON_NEIGHBOUR 14u

#endif
