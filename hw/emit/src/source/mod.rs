//! What the sources of the blocks tell: the names and comments that rust-hdl does not pass on, and the traps that its macros hide.

mod notes;
mod prose;
mod read;

pub(crate) use notes::{Note, Notes};
pub(crate) use prose::{COLUMNS, wrapped};

use crate::trap::Refusal;
use quote::ToTokens;
use std::collections::BTreeMap;

/// What a struct's source says.
#[derive(Default)]
pub(crate) struct Source {
    /// The lines of its doc comment.
    doc: Vec<String>,
    /// Names of its generics, in order.
    generics: Vec<String>,
    /// Name of its first field.
    first: String,
    fields: BTreeMap<String, Field>,
}

/// A field of a struct.
struct Field {
    doc: Vec<String>,
    of: syn::Type,
}

/// All that is known of the sources in one folder.
#[derive(Default)]
pub(crate) struct Sources {
    structs: BTreeMap<String, Source>,
    /// The comments in each struct's kernel.
    kernels: BTreeMap<String, Notes>,
    /// What is refused.
    pub(crate) refusals: Vec<Refusal>,
}

/// A struct, and what its generics stand for where it is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kind {
    /// Its name.
    pub(crate) name: String,
    generics: BTreeMap<String, String>,
}

impl Kind {
    /// The same struct, whatever its generics stand for.
    pub(crate) fn bare(name: &str) -> Self {
        Self { name: name.into(), generics: BTreeMap::new() }
    }
}

impl Sources {
    /// The kind of a type as Rust prints it: `a::Fifo<8, a::Beat>`.
    pub(crate) fn kind(&self, printed: &str) -> Option<Kind> {
        self.kind_of(&syn::parse_str(printed).ok()?, &Kind::default())
    }

    /// The kind of the field called `name` of an `outer` struct, or of what its array or vector holds.
    pub(crate) fn field(&self, outer: &Kind, name: &str) -> Option<Kind> {
        self.kind_of(&self.structs.get(&outer.name)?.fields.get(name)?.of, outer)
    }

    fn kind_of(&self, of: &syn::Type, outer: &Kind) -> Option<Kind> {
        let segment = element(of)?;
        let name = segment.ident.to_string();
        let names = self.structs.get(&name).map_or(&[][..], |source| &source.generics);
        let arguments = match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
            _ => vec![],
        };
        let value = |argument: &&syn::GenericArgument| prose::substituted(&argument.to_token_stream().to_string(), &outer.generics);
        let generics = names.iter().cloned().zip(arguments.iter().map(value)).collect();
        Some(Kind { name, generics })
    }

    /// The doc comment of a struct, as plain text.
    pub(crate) fn doc(&self, kind: &Kind) -> Vec<String> {
        self.structs.get(&kind.name).map_or(vec![], |source| prose::plain(&source.doc, &kind.generics))
    }

    /// The doc comment of a signal of a block, as plain text; and of the interface it is in, for the first signal of one.
    pub(crate) fn signal(&self, kind: &Kind, name: &str) -> [Vec<String>; 2] {
        let mut outer = kind.clone();
        let mut docs = vec![];
        let mut first = true;
        for part in name.split('$').filter(|part| part.parse::<usize>().is_err()) {
            let Some(source) = self.structs.get(&outer.name) else { break };
            let Some(field) = source.fields.get(part) else { break };
            docs.push(prose::plain(&field.doc, &outer.generics));
            first &= docs.len() == 1 || source.first == part;
            outer = self.kind_of(&field.of, &outer).unwrap_or_default();
        }
        let own = docs.pop().unwrap_or_default();
        [if first { docs.pop().unwrap_or_default() } else { vec![] }, own]
    }

    /// The lines of a comment in a kernel, as plain text.
    pub(crate) fn comment(&self, kind: &Kind, lines: &[String]) -> Vec<String> {
        prose::comment(lines, &kind.generics)
    }

    /// Whether there is a struct of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.structs.contains_key(name)
    }

    /// The comments in the kernel of a struct.
    pub(crate) fn notes(&self, kind: &Kind) -> Option<&Notes> {
        self.kernels.get(&kind.name)
    }
}

/// The last segment of a type's path; of the element, for an array, a vector or a box.
fn element(of: &syn::Type) -> Option<&syn::PathSegment> {
    match of {
        syn::Type::Array(array) => element(&array.elem),
        syn::Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) if ["Array", "Vec", "Box"].iter().any(|holder| last.ident == holder) => {
                    arguments.args.iter().find_map(|argument| match argument {
                        syn::GenericArgument::Type(inner) => element(inner),
                        _ => None,
                    })
                }
                _ => Some(last),
            }
        }
        _ => None,
    }
}
