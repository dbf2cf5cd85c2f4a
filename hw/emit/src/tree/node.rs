//! One block of a design, and what is in it.

use crate::source::Kind;
use crate::trap::{Refusal, Trap};
use rust_hdl::core::ast::VerilogStatement;
use rust_hdl::prelude::*;
use std::collections::BTreeMap;

/// What a name in a block stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Role {
    Input,
    Output,
    Local,
    /// A constant, in hexadecimal digits.
    Constant(String),
    /// A variant of an enum, as its number.
    Variant(usize),
    /// An input of a child block: driven here.
    ChildInput,
    /// An output of a child block: read here.
    ChildOutput,
    /// A bidirectional port of the block or of a child.
    Bidirectional,
}

/// A name in a block.
#[derive(Clone, Debug)]
pub(crate) struct Net {
    pub(crate) name: String,
    pub(crate) width: usize,
    pub(crate) role: Role,
    pub(crate) signed: bool,
    /// The fields of a bundle, the least significant first, each before those in it.
    pub(crate) fields: Vec<Field>,
}

/// A field of a bundle.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name; of a field in a field, both with `_` between.
    pub(crate) name: String,
    /// Its lowest bit in the bundle.
    pub(crate) at: usize,
    pub(crate) width: usize,
    /// Whether it is in another field.
    pub(crate) is_inner: bool,
}

impl Net {
    /// The field that is these bits.
    pub(crate) fn field(&self, at: usize, width: usize) -> Option<&Field> {
        self.fields.iter().find(|field| (field.at, field.width) == (at, width))
    }
}

/// One instance of a block.
pub(crate) struct Node {
    /// From the top, parts divided by `.`.
    pub(crate) path: String,
    /// The field of the parent that holds it; an element of an array ends in `$index`.
    pub(crate) name: String,
    /// Its struct, where the sources tell.
    pub(crate) kind: Option<Kind>,
    pub(crate) nets: Vec<Net>,
    index: BTreeMap<String, usize>,
    pub(crate) children: Vec<Node>,
    pub(crate) code: Verilog,
    /// The kernel with loops unrolled and names resolved; links apart.
    pub(crate) kernel: Vec<VerilogStatement>,
    /// Target and source of each link.
    pub(crate) links: Vec<(String, String)>,
    /// What could not be resolved.
    pub(crate) refusals: Vec<Refusal>,
}

impl Node {
    /// A block of which only the name is known.
    pub(super) fn new(path: String, name: &str, kind: Option<Kind>, code: Verilog) -> Node {
        let (nets, index, children, kernel, links, refusals) = Default::default();
        Node { path, name: name.into(), kind, nets, index, children, code, kernel, links, refusals }
    }

    pub(crate) fn net(&self, name: &str) -> Option<&Net> {
        self.index.get(name).map(|&at| &self.nets[at])
    }

    pub(super) fn add(&mut self, net: Net) {
        if !self.index.contains_key(&net.name) {
            self.index.insert(net.name.clone(), self.nets.len());
            self.nets.push(net);
        }
    }

    pub(crate) fn refuse(&mut self, trap: Trap, excerpt: impl Into<String>) {
        self.refusals.push(Refusal { trap, place: self.path.clone(), excerpt: excerpt.into() });
    }

    pub(super) fn add_variants(&mut self, descriptor: &TypeDescriptor) {
        match &descriptor.kind {
            TypeKind::Enum(variants) => {
                for (number, variant) in variants.iter().enumerate() {
                    let (name, width) = (variant.replace("::", "$"), clog2(variants.len()));
                    self.add(Net { name, width, role: Role::Variant(number), signed: false, fields: vec![] });
                }
            }
            TypeKind::Composite(fields) => fields.iter().for_each(|field| self.add_variants(&field.kind)),
            TypeKind::Bits(_) | TypeKind::Signed(_) => {}
        }
    }
}
