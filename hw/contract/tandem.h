/* Register map of a Tandem card.
 *
 * Rendered from the table in hw/contract/src/register.rs, which the hardware's decoder and the host's driver are made from. A test holds
 * it against that table; `just registers` writes it anew. docs/registers.md says what a write does, and when.
 *
 * Addresses are byte offsets into the register window; every access is one aligned 32-bit word, little-endian on PCI.
 */
#ifndef TANDEM_H
#define TANDEM_H

/* What IDENTITY reads on every card */
#define TANDEM_IDENTITY_VALUE 0x544e444du

/* Version of this map: major in the upper half, minor in the lower */
#define TANDEM_CONTRACT_VALUE 0x00010000u

/* In VIEW: reads of banked state show the idle bank */
#define TANDEM_VIEW_IDLE_BANK 0x00000100u

/* Number of the bit of COMMIT and ACTIVE for the rules; groups have the bits from 0 */
#define TANDEM_UNIT_RULES 8u

/* Words per group behind ENTRY_INDEX: four entries a word */
#define TANDEM_ENTRY_WORDS 1024u

/* Words per manager behind MANAGER_INDEX */
#define TANDEM_MANAGER_WORDS 2u

/* Words per counter behind COUNTER_INDEX: frames low, frames high, bytes low, bytes high */
#define TANDEM_COUNTER_WORDS 4u

/* First counter by reason; those before it count per manager */
#define TANDEM_COUNTER_REASON 256u

/* First counter of frames lost by a full host queue, by verdict */
#define TANDEM_COUNTER_HOST_LOST 288u

/* How many counters there are */
#define TANDEM_COUNTERS 296u

/* Entries of one group's allocation table */
#define TANDEM_BUCKETS 4096u

/* Groups of a full-size card; CAPABILITIES says how many this one has */
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

/* read only: 31:0 `TNDM` in ASCII */
#define TANDEM_IDENTITY 0x000u

/* read only: 15:0 minor, 31:16 major */
#define TANDEM_CONTRACT 0x004u

/* read only: 7:0 patch, 15:8 minor, 23:16 major */
#define TANDEM_BUILD 0x008u

/* read only: 7:0 groups, 15:8 log2 of the buckets, 23:16 rules, 31:24 packet ports */
#define TANDEM_CAPABILITIES 0x00cu

/* read only: 7:0 highest manager id, 15:8 group MACs, 23:16 cores, 31:24 bytes per beat */
#define TANDEM_GEOMETRY 0x010u

/* read and write: 0 enable */
#define TANDEM_CONTROL 0x020u

/* read and write: 7:0 core, 8 bank (0 active, 1 idle) */
#define TANDEM_VIEW 0x024u

/* read and write: 31:0 number, the host's choice */
#define TANDEM_NEXT_GENERATION 0x028u

/* read only: 31:0 number */
#define TANDEM_GENERATION 0x02cu

/* write only: 7:0 groups, 8 rules: the units whose banks change places */
#define TANDEM_COMMIT 0x030u

/* read only: 0 a commit is in progress */
#define TANDEM_STATUS 0x034u

/* read only: 7:0 by group, 8 rules */
#define TANDEM_ACTIVE 0x038u

/* read and write: 9:0 bucket / 4, 12:10 group */
#define TANDEM_ENTRY_INDEX 0x040u

/* read and write: 7:0 manager id at bucket 4i, 15:8 at 4i+1, 23:16 at 4i+2, 31:24 at 4i+3; 0 is none */
#define TANDEM_ENTRY_DATA 0x044u

/* read and write: 0 word, 8:1 manager id */
#define TANDEM_MANAGER_INDEX 0x048u

/* read and write: word 0: MAC bits 31:0; word 1: 15:0 MAC bits 47:32, 23:16 egress port, 31 enabled */
#define TANDEM_MANAGER_DATA 0x04cu

/* read and write: 1:0 word, 10:2 counter: 0-255 per manager, 256-287 per reason, 288-295 lost by the host queue, per verdict */
#define TANDEM_COUNTER_INDEX 0x050u

/* read only: word 0: frames 31:0, 1: frames 63:32, 2: bytes 31:0, 3: bytes 63:32 */
#define TANDEM_COUNTER_DATA 0x054u

/* read and write, i < 8: 31:0 MAC bits 31:0 */
#define TANDEM_GROUP_MAC_LO(i) (0x080u + 8u * (i))

/* read and write, i < 8: 15:0 MAC bits 47:32, 31 enabled */
#define TANDEM_GROUP_MAC_HI(i) (0x084u + 8u * (i))

/* read and write, i < 2: 7:0 egress port of frames bridged from this ingress port */
#define TANDEM_PORT_PAIR(i) (0x0c0u + 4u * (i))

/* read and write, i < 8: 31:0 key bytes 3:0, byte 0 least significant */
#define TANDEM_GROUP_KEY_LO(i) (0x100u + 16u * (i))

/* read and write, i < 8: 31:0 key bytes 7:4 */
#define TANDEM_GROUP_KEY_HI(i) (0x104u + 16u * (i))

/* read and write, i < 8: 7:0 designated manager, 8 equal ports by the pair key */
#define TANDEM_GROUP_POLICY(i) (0x108u + 16u * (i))

/* read and write, i < 16: 15:0 lowest port, 31:16 highest port */
#define TANDEM_RULE_PORTS(i) (0x200u + 8u * (i))

/* read and write, i < 16: 7:0 protocol, 8 any protocol (7:0 then read 0), 18:16 group, 24 key on the peer, 31 in use */
#define TANDEM_RULE_MATCH(i) (0x204u + 8u * (i))

/* Verdicts, in bits 31:29 of a frame's metadata */
#define TANDEM_VERDICT_TO_MANAGER 0u
#define TANDEM_VERDICT_BRIDGE 1u
#define TANDEM_VERDICT_CONTROL 2u
#define TANDEM_VERDICT_FRAGMENT 3u
#define TANDEM_VERDICT_DROP 4u

/* Reasons, in bits 28:24 of a frame's metadata, and counters from TANDEM_COUNTER_REASON on */
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

#endif
