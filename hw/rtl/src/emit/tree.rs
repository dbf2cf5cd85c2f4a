//! A design as a tree of blocks: what the gate judges and the printer prints.

use super::gate::{Refusal, Trap};
use rust_hdl::core::ast::*;
use rust_hdl::core::atom::{Atom, AtomKind, is_atom_signed};
use rust_hdl::prelude::*;
use std::collections::BTreeMap;

/// What a name in a block stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
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
pub(super) struct Net {
    pub(super) name: String,
    pub(super) width: usize,
    pub(super) role: Role,
    pub(super) signed: bool,
    /// Name and width of each field of a bundle, the least significant first.
    pub(super) fields: Vec<(String, usize)>,
}

/// One instance of a block.
pub(super) struct Node {
    /// From the top, parts divided by `.`.
    pub(super) path: String,
    /// The field of the parent that holds it; an element of an array ends in `$index`.
    pub(super) name: String,
    pub(super) nets: Vec<Net>,
    index: BTreeMap<String, usize>,
    pub(super) children: Vec<Node>,
    pub(super) code: Verilog,
    /// The kernel with loops unrolled and names resolved; links apart.
    pub(super) kernel: Vec<VerilogStatement>,
    /// Target and source of each link.
    pub(super) links: Vec<(String, String)>,
    /// What could not be resolved.
    pub(super) refusals: Vec<Refusal>,
}

impl Node {
    pub(super) fn read(block: &dyn Block, top: &str) -> Node {
        let mut reader = Reader::default();
        block.accept(top, &mut reader);
        reader.done.expect("a block opens a scope")
    }

    pub(super) fn net(&self, name: &str) -> Option<&Net> {
        self.index.get(name).map(|&at| &self.nets[at])
    }

    fn add(&mut self, net: Net) {
        if !self.index.contains_key(&net.name) {
            self.index.insert(net.name.clone(), self.nets.len());
            self.nets.push(net);
        }
    }

    pub(super) fn refuse(&mut self, trap: Trap, excerpt: impl Into<String>) {
        self.refusals.push(Refusal { trap, place: self.path.clone(), excerpt: excerpt.into() });
    }

    fn add_variants(&mut self, descriptor: &TypeDescriptor) {
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

/// Value of a literal, in hexadecimal digits.
pub(super) fn digits(literal: &VerilogLiteral) -> String {
    let text = format!("{literal:x}");
    let digits = text.split("'h").nth(1).unwrap_or_default().trim_start_matches('0');
    if digits.is_empty() { "0".into() } else { digits.into() }
}

/// Width that rust-hdl prints a literal with.
pub(super) fn printed_width(literal: &VerilogLiteral) -> usize {
    format!("{literal:x}").split('\'').next().and_then(|width| width.parse().ok()).unwrap_or(32)
}

fn bits_of(kind: &TypeKind) -> usize {
    match kind {
        TypeKind::Bits(bits) | TypeKind::Signed(bits) => *bits,
        TypeKind::Enum(variants) => clog2(variants.len()),
        TypeKind::Composite(fields) => fields.iter().map(|field| bits_of(&field.kind.kind)).sum(),
    }
}

#[derive(Default)]
struct Reader {
    open: Vec<(Node, Vec<String>)>,
    done: Option<Node>,
}

impl Probe for Reader {
    fn visit_start_scope(&mut self, name: &str, block: &dyn Block) {
        let path = self.open.last().map_or(name.to_string(), |(parent, _)| format!("{}.{name}", parent.path));
        let node = Node {
            path,
            name: name.into(),
            nets: vec![],
            index: BTreeMap::new(),
            children: vec![],
            code: block.hdl(),
            kernel: vec![],
            links: vec![],
            refusals: vec![],
        };
        self.open.push((node, vec![]));
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
        let fields = match &descriptor.kind {
            TypeKind::Composite(fields) => fields.iter().map(|f| (f.fieldname.clone(), bits_of(&f.kind.kind))).collect(),
            _ => vec![],
        };
        node.add(Net { name, width: atom.bits(), role, signed: is_atom_signed(atom), fields });
        node.add_variants(&descriptor);
    }

    fn visit_end_scope(&mut self, _name: &str, _block: &dyn Block) {
        let Some((mut node, _)) = self.open.pop() else { return };
        resolve_kernel(&mut node);
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

/// Unrolls loops and resolves names as rust-hdl does when it prints, so that the gate judges exactly what will be printed.
fn resolve_kernel(node: &mut Node) {
    if let Verilog::Combinatorial(block) = node.code.clone() {
        let kernel = Resolver { node, loops: vec![] }.block(&block);
        node.kernel = kernel;
    }
}

struct Resolver<'a> {
    node: &'a mut Node,
    loops: Vec<(String, usize)>,
}

impl Resolver<'_> {
    fn block(&mut self, block: &VerilogBlock) -> VerilogBlock {
        block.iter().flat_map(|statement| self.statement(statement)).collect()
    }

    fn statement(&mut self, statement: &VerilogStatement) -> VerilogBlock {
        match statement {
            VerilogStatement::Assignment(target, value) => {
                vec![VerilogStatement::Assignment(self.expression(target), self.expression(value))]
            }
            VerilogStatement::SliceAssignment { base, width, offset, replacement } => vec![VerilogStatement::SliceAssignment {
                base: self.expression(base),
                width: *width,
                offset: self.offset(offset),
                replacement: self.expression(replacement),
            }],
            VerilogStatement::If(choice) => vec![VerilogStatement::If(VerilogConditional {
                test: self.expression(&choice.test),
                then: self.block(&choice.then),
                otherwise: match &choice.otherwise {
                    VerilogBlockOrConditional::None => VerilogBlockOrConditional::None,
                    VerilogBlockOrConditional::Block(block) => VerilogBlockOrConditional::Block(self.block(block)),
                    VerilogBlockOrConditional::Conditional(next) => match self.statement(next).pop() {
                        Some(next) => VerilogBlockOrConditional::Conditional(Box::new(next)),
                        None => VerilogBlockOrConditional::None,
                    },
                },
            })],
            VerilogStatement::Match(choice) => {
                let cases = choice.cases.iter();
                let cases = cases.map(|case| VerilogCase { condition: case.condition.clone(), block: self.block(&case.block) });
                let cases = cases.collect();
                vec![VerilogStatement::Match(VerilogMatch { test: self.expression(&choice.test), cases })]
            }
            VerilogStatement::Loop(body) => self.unroll(body),
            VerilogStatement::Macro(block) => self.block(block),
            VerilogStatement::Comment(text) => vec![VerilogStatement::Comment(text.clone())],
            VerilogStatement::Link(links) => {
                links.iter().for_each(|link| self.link(link));
                vec![]
            }
        }
    }

    fn unroll(&mut self, body: &VerilogLoop) -> VerilogBlock {
        let index = &body.index;
        if self.loops.iter().any(|(outer, _)| outer == index) {
            self.node.refuse(Trap::LoopShadowsLoop, format!("for {index} in .. inside for {index} in .."));
        }
        if self.node.net(index).is_some() {
            self.node.refuse(Trap::LoopNamedLikeField, format!("for {index} in .."));
        }
        let mut unrolled = vec![];
        for value in body.from.as_usize()..body.to.as_usize() {
            self.loops.push((index.clone(), value));
            unrolled.extend(self.block(&body.block));
            self.loops.pop();
        }
        unrolled
    }

    fn link(&mut self, link: &VerilogLink) {
        let (details, forward) = match link {
            VerilogLink::Forward(details) => (details, true),
            VerilogLink::Backward(details) => (details, false),
            VerilogLink::Bidirectional(details) => {
                self.node.refuse(Trap::Foreign, format!("link of {} and {}", details.owner_name, details.other_name));
                return;
            }
        };
        let end = |holder: &str| format!("{holder}.{}", details.my_name.trim_start_matches('.')).trim_end_matches('.').to_string();
        let (owner, other) = (self.name(&end(&details.owner_name)), self.name(&end(&details.other_name)));
        self.node.links.push(if forward { (other, owner) } else { (owner, other) });
    }

    fn expression(&mut self, expression: &VerilogExpression) -> VerilogExpression {
        use VerilogExpression as E;
        let boxed = |this: &mut Self, inner: &E| Box::new(this.expression(inner));
        match expression {
            E::Signal(name) => match self.loops.iter().rev().find(|(index, _)| index == name) {
                Some((_, value)) => E::Literal((*value as u32).into()),
                None => E::Signal(self.name(name)),
            },
            E::Literal(literal) => E::Literal(literal.clone()),
            E::Cast(inner, width) => E::Cast(boxed(self, inner), *width),
            E::Signed(inner) => E::Signed(boxed(self, inner)),
            E::Unsigned(inner) => E::Unsigned(boxed(self, inner)),
            E::Paren(inner) => E::Paren(boxed(self, inner)),
            E::Binary(left, operator, right) => E::Binary(boxed(self, left), operator.clone(), boxed(self, right)),
            E::Unary(operator, inner) => E::Unary(operator.clone(), boxed(self, inner)),
            E::Index(base, at) => E::Index(boxed(self, base), Box::new(self.offset(at))),
            E::Slice(base, width, at) => E::Slice(boxed(self, base), *width, Box::new(self.offset(at))),
            E::IndexReplace(base, at, value) => E::IndexReplace(boxed(self, base), Box::new(self.offset(at)), boxed(self, value)),
        }
    }

    /// An offset, as a plain number where it is constant.
    fn offset(&mut self, offset: &VerilogExpression) -> VerilogExpression {
        let offset = self.expression(offset);
        match constant(&offset).and_then(|value| u32::try_from(value).ok()) {
            Some(value) => VerilogExpression::Literal(value.into()),
            None => offset,
        }
    }

    /// The name as rust-hdl prints it: `a[i + 1].b.next` is `a$3$b` while `i` is 2.
    fn name(&mut self, written: &str) -> String {
        let flat = written.trim_start_matches('.').replace('.', "$").replace("::", "$");
        let flat = flat.trim_end_matches("$next");
        let Some((before, rest)) = flat.split_once('[') else { return flat.into() };
        let Some((index, after)) = rest.split_once(']') else { return flat.into() };
        if after.contains('[') {
            self.node.refuse(Trap::SecondIndex, written);
        }
        match syn::parse_str(index).ok().and_then(|index| self.index(&index)) {
            Some(value) => format!("{before}${value}{after}"),
            None => flat.into(),
        }
    }

    fn index(&self, index: &syn::Expr) -> Option<i64> {
        match index {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().ok(),
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                self.loops.iter().rev().find(|(index, _)| *index == name).map(|(_, value)| *value as i64)
            }
            syn::Expr::Paren(inner) => self.index(&inner.expr),
            syn::Expr::Binary(binary) => {
                let (left, right) = (self.index(&binary.left)?, self.index(&binary.right)?);
                match binary.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::Mul(_) => left.checked_mul(right),
                    syn::BinOp::Div(_) => left.checked_div(right),
                    syn::BinOp::Rem(_) => left.checked_rem(right),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The value of an expression of literals.
pub(super) fn constant(expression: &VerilogExpression) -> Option<i64> {
    match expression {
        VerilogExpression::Literal(literal) => i64::from_str_radix(&digits(literal), 16).ok(),
        VerilogExpression::Paren(inner) => constant(inner),
        VerilogExpression::Binary(left, operator, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            match operator {
                VerilogOp::Add => left.checked_add(right),
                VerilogOp::Sub => left.checked_sub(right),
                VerilogOp::Mul => left.checked_mul(right),
                _ => None,
            }
        }
        _ => None,
    }
}
