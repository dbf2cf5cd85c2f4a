//! Port tables as a file.
//!
//! All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `TNDMPORT` |
//! | 4 | version of this format, 1 |
//! | 4 | generation of the card's tables that this follows from |
//! | 32 | SHA-256 over, group by group, its hash key (8 bytes) and its entries (4096 bytes): what this follows from |
//! | 4 | how many tables follow |
//! | 65553 each | group (1), address (16; IPv4 as `::ffff:a.b.c.d`), manager id by port (65536; 0 is none), by ascending group and address |
//! | 32 | SHA-256 over all bytes before |

use super::table::{GroupsDigest, PORTS, PortTable, PortTables, digest};
use model::State;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

const MAGIC: &[u8; 8] = b"TNDMPORT";
const VERSION: u32 = 1;
const TABLE: usize = 1 + 16 + PORTS;

/// Port tables that cannot be used. The remedy of each is to build them anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file is something else.
    #[error("not a file of self-source ports; `tandem ports --build` writes one")]
    NotPorts,
    /// The file is of another version of the format.
    #[error("version {0} of the self-source port format, and this program reads version {VERSION}; build the file anew")]
    Version(u32),
    /// Bytes are missing, too many, or changed.
    #[error("the file is damaged: {0}; build it anew")]
    Damaged(&'static str),
    /// The file follows from another generation of tables.
    #[error("stale: built for generation {built}, and the card is at {present}; build the file anew")]
    Generation {
        /// The generation that the file was built for.
        built: u32,
        /// The generation in force.
        present: u32,
    },
    /// The generation is right, and yet keys or entries are others, as after a reset of the card.
    #[error("stale: built for other hash keys or entries than the card's, though of the same generation; build the file anew")]
    Groups,
}

impl PortTables {
    /// Writes the tables.
    ///
    /// # Errors
    /// If the writer has one.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut out = Summed { out, sum: Sha256::new() };
        out.put(MAGIC)?;
        out.put(&VERSION.to_le_bytes())?;
        out.put(&self.generation.to_le_bytes())?;
        out.put(&self.groups)?;
        out.put(&(self.tables.len() as u32).to_le_bytes())?;
        for ((group, address), table) in &self.tables {
            out.put(&[*group])?;
            out.put(address)?;
            out.put(table.0.as_slice())?;
        }
        out.out.write_all(&out.sum.finalize())
    }

    /// Reads tables that [`PortTables::write`] wrote, for use under this state.
    ///
    /// # Errors
    /// If the file is not one, is damaged, or was built for other keys, entries or another generation than the state's.
    pub fn read(bytes: &[u8], state: &State) -> Result<Self, FileError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(FileError::NotPorts)?;
        let (version, _) = rest.split_first_chunk().ok_or(FileError::Damaged("it ends early"))?;
        if u32::from_le_bytes(*version) != VERSION {
            return Err(FileError::Version(u32::from_le_bytes(*version)));
        }
        let (content, sum) = bytes.split_last_chunk::<32>().ok_or(FileError::Damaged("it ends early"))?;
        if Sha256::digest(content)[..] != sum[..] {
            return Err(FileError::Damaged("its checksum does not fit"));
        }
        let tables = Self::parse(&content[MAGIC.len() + 4..])?;
        if tables.generation != state.generation() {
            return Err(FileError::Generation { built: tables.generation, present: state.generation() });
        }
        if tables.groups != digest(state) {
            return Err(FileError::Groups);
        }
        Ok(tables)
    }

    /// Reads what stands between the version and the checksum.
    fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        const LENGTH: FileError = FileError::Damaged("its length is not what it announces");
        let (generation, rest) = bytes.split_first_chunk().ok_or(LENGTH)?;
        let (groups, rest) = rest.split_first_chunk::<{ size_of::<GroupsDigest>() }>().ok_or(LENGTH)?;
        let (count, rest) = rest.split_first_chunk().ok_or(LENGTH)?;
        let (tables, rest) = rest.as_chunks::<TABLE>();
        if !rest.is_empty() || tables.len() as u32 != u32::from_le_bytes(*count) {
            return Err(LENGTH);
        }
        let read = |table: &[u8; TABLE]| {
            let (group, rest) = table.split_first()?;
            let (address, ids) = rest.split_first_chunk()?;
            Some(((*group, *address), PortTable(Box::<[u8]>::from(ids).try_into().ok()?)))
        };
        let tables = tables.iter().map(read).collect::<Option<_>>().ok_or(LENGTH)?;
        Ok(Self { generation: u32::from_le_bytes(*generation), groups: *groups, tables })
    }
}

/// A writer that sums up what it writes.
struct Summed<'a, W> {
    out: &'a mut W,
    sum: Sha256,
}

impl<W: Write> Summed<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.out.write_all(bytes)
    }
}
