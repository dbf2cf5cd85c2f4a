//! A block read into the tree.

use super::node::{Field, Net, Node, Role};
use super::resolve::resolve_kernel;
use crate::expression::digits;
use crate::source::Sources;
use rust_hdl::core::atom::{Atom, AtomKind, is_atom_signed};
use rust_hdl::prelude::*;

fn bits_of(kind: &TypeKind) -> usize {
    match kind {
        TypeKind::Bits(bits) | TypeKind::Signed(bits) => *bits,
        TypeKind::Enum(variants) => clog2(variants.len()),
        TypeKind::Composite(fields) => fields.iter().map(|field| bits_of(&field.kind.kind)).sum(),
    }
}

/// Adds the fields of a type whose lowest bit is at `at`, and of its fields; `of` is the name of a field that it is the type of.
fn add_fields(kind: &TypeKind, of: &str, mut at: usize, fields: &mut Vec<Field>) {
    let TypeKind::Composite(inner) = kind else { return };
    for field in inner {
        let name = if of.is_empty() { field.fieldname.clone() } else { format!("{of}_{}", field.fieldname) };
        let width = bits_of(&field.kind.kind);
        fields.push(Field { name: name.clone(), at, width, is_inner: !of.is_empty() });
        add_fields(&field.kind.kind, &name, at, fields);
        at += width;
    }
}

/// `block`, a value of the type that Rust prints as `of`, and all it holds; to be called `top`.
pub(crate) fn read(block: &dyn Block, top: &str, of: &str, sources: &Sources) -> Node {
    let mut reader = Reader { sources, of, open: vec![], done: None };
    block.accept(top, &mut reader);
    reader.done.expect("a block opens a scope")
}

struct Reader<'a> {
    sources: &'a Sources,
    of: &'a str,
    open: Vec<(Node, Vec<String>)>,
    done: Option<Node>,
}

impl Probe for Reader<'_> {
    fn visit_start_scope(&mut self, name: &str, block: &dyn Block) {
        let path = self.open.last().map_or(name.to_string(), |(parent, _)| format!("{}.{name}", parent.path));
        let field = name.split('$').next().unwrap_or(name);
        let kind = match self.open.last() {
            Some((parent, _)) => parent.kind.as_ref().and_then(|kind| self.sources.field(kind, field)),
            None => self.sources.kind(self.of),
        };
        self.open.push((Node::new(path, name, kind, block.hdl()), vec![]));
    }

    fn visit_start_namespace(&mut self, name: &str, _block: &dyn Block) {
        if let Some((_, interfaces)) = self.open.last_mut() {
            interfaces.push(name.into());
        }
    }

    fn visit_end_namespace(&mut self, _name: &str, _block: &dyn Block) {
        if let Some((_, interfaces)) = self.open.last_mut() {
            interfaces.pop();
        }
    }

    fn visit_atom(&mut self, name: &str, atom: &dyn Atom) {
        let Some((node, interfaces)) = self.open.last_mut() else { return };
        let name = interfaces.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join("$");
        let role = match atom.kind() {
            AtomKind::InputParameter => Role::Input,
            AtomKind::OutputParameter => Role::Output,
            AtomKind::Constant => Role::Constant(digits(&atom.verilog())),
            AtomKind::LocalSignal => Role::Local,
            _ => Role::Bidirectional,
        };
        let descriptor = atom.descriptor();
        let mut fields = vec![];
        add_fields(&descriptor.kind, "", 0, &mut fields);
        node.add(Net { name, width: atom.bits(), role, signed: is_atom_signed(atom), fields });
        node.add_variants(&descriptor);
    }

    fn visit_end_scope(&mut self, _name: &str, _block: &dyn Block) {
        let Some((mut node, _)) = self.open.pop() else { return };
        resolve_kernel(&mut node, self.sources);
        let Some((parent, _)) = self.open.last_mut() else {
            self.done = Some(node);
            return;
        };
        for net in &node.nets {
            let role = match net.role {
                Role::Input => Role::ChildInput,
                Role::Output => Role::ChildOutput,
                Role::Bidirectional => Role::Bidirectional,
                Role::Variant(_) => net.role.clone(),
                _ => continue,
            };
            let name = if matches!(role, Role::Variant(_)) { net.name.clone() } else { format!("{}${}", node.name, net.name) };
            parent.add(Net { name, role, ..net.clone() });
        }
        parent.children.push(node);
    }
}
