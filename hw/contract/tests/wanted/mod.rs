//! What every rendering must hold, taken from the constants and not from the renderings.

use contract::code::{Reason, Verdict};
use contract::field::Field;
use contract::register::MAP;
use contract::{limits, metadata, register};
use std::collections::BTreeMap;

/// Every value that a program in C needs, by the C expression that must have it.
pub(crate) fn wanted() -> BTreeMap<String, u64> {
    let mut wanted = BTreeMap::new();
    macro_rules! numbers {
        ($($module:ident::$name:ident),*) => { $(wanted.insert(format!("TANDEM_{}", stringify!($name)), $module::$name as u64);)* };
    }
    numbers!(register::IDENTITY_VALUE, register::CONTRACT_VALUE, register::VIEW_IDLE_BANK, register::UNIT_RULES, register::UNIT_MANAGERS);
    numbers!(
        register::ENTRY_WORDS,
        register::MANAGER_WORDS,
        register::COUNTER_WORDS,
        register::COUNTER_REASON,
        register::COUNTER_HOST_LOST,
        register::COUNTERS
    );
    numbers!(limits::BUCKETS, limits::GROUPS, limits::MANAGERS, limits::RULES, limits::GROUP_MACS, limits::PORTS);
    numbers!(limits::REGISTER_WINDOW, metadata::EGRESS_HOST);
    wanted.insert("TANDEM_METADATA_WIDTH".into(), metadata::WIDTH as u64);
    for register in MAP {
        for index in 0..register.count as usize {
            let argument = if register.count == 1 { String::new() } else { format!("({index})") };
            wanted.insert(format!("TANDEM_{}{argument}", register.name), register.at(index).into());
        }
        wanted.extend(register.fields.iter().flat_map(|field| shift_and_mask(register.name, field)));
    }
    wanted.extend(metadata::FIELDS.iter().flat_map(|field| shift_and_mask("METADATA", field)));
    wanted.extend(Verdict::ALL.iter().map(|code| (format!("TANDEM_VERDICT_{}", code.name().to_uppercase()), code.code().into())));
    wanted.extend(Reason::ALL.iter().map(|code| (format!("TANDEM_REASON_{}", code.name().to_uppercase()), code.code().into())));
    wanted
}

fn shift_and_mask(word: &str, field: &Field) -> [(String, u64); 2] {
    let name = format!("TANDEM_{word}_{}", field.name.to_uppercase());
    [(format!("{name}_SHIFT"), field.lsb.into()), (format!("{name}_MASK"), field.mask())]
}
