//! What the signals and instances of a module are called in Verilog.

use super::step::Step;
use crate::expression::bare;
use crate::tree::{Node, Role};
use rust_hdl::core::ast::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The names in one module.
pub(super) struct Names<'a> {
    pub(super) node: &'a Node,
    /// Signals that are other names of a signal: `.0` is printed as `.1`.
    aliases: BTreeMap<String, String>,
    printed: BTreeMap<String, String>,
    /// The comments above the instances of children, by the child's name.
    comments: BTreeMap<String, Vec<String>>,
    pub(super) fields: Fields,
}

/// The fields that one module names.
#[derive(Default)]
pub(super) struct Fields {
    /// What they are called, by signal, lowest bit and width; none where that is the name of something else.
    pub(super) names: RefCell<BTreeMap<(String, usize, usize), Option<String>>>,
    /// Bundles that are made of variables.
    pub(super) apart: RefCell<BTreeSet<String>>,
    /// Signals that the statements now printed write, and that are one variable: their fields are not to be read by name.
    pub(super) whole: RefCell<BTreeSet<String>>,
}

impl<'a> Names<'a> {
    /// Names what is in `node`, and takes the statements out of `kernel` that do no more than give a signal another name. `kinds` are the
    /// library's numbers of the children, none where they are inlined.
    pub(super) fn new(node: &'a Node, kernel: &mut Vec<Step>, kinds: &[Option<usize>]) -> Self {
        let mut names =
            Self { node, aliases: BTreeMap::new(), printed: printed(node), comments: BTreeMap::new(), fields: Fields::default() };
        let gone = names.find_aliases(kernel, kinds);
        names.take_comments(kernel, kinds, &gone);
        names
    }

    /// Makes port connections of links, and of statements that only copy a signal to or from a child.
    fn find_aliases(&mut self, kernel: &[Step], kinds: &[Option<usize>]) -> BTreeSet<usize> {
        let node = self.node;
        let role = |name: &str| node.net(name).map(|net| &net.role);
        let mut pairs: Vec<(String, String, Option<usize>)> =
            node.links.iter().map(|(to, from)| (to.clone(), from.clone(), None)).collect();
        for (at, step) in kernel.iter().enumerate() {
            if let VerilogStatement::Assignment(VerilogExpression::Signal(to), from) = step.statement
                && let VerilogExpression::Signal(from) = bare(from)
                && kernel.iter().filter(|other| other.writes.contains(to)).count() == 1
                && !kernel[at..].iter().any(|later| later.writes.contains(from))
            {
                pairs.push((to.clone(), from.clone(), Some(at)));
            }
        }
        let mut gone = BTreeSet::new();
        for (to, from, at) in pairs {
            if role(&to) == Some(&Role::ChildInput) && !matches!(role(&from), None | Some(Role::Variant(_))) {
                self.aliases.insert(to, from);
                gone.extend(at);
            } else if role(&to) == Some(&Role::Output) && is_module_port(node, kinds, &from) && !self.aliases.contains_key(&from) {
                self.aliases.insert(from, to);
                gone.extend(at);
            }
        }
        gone
    }

    /// Takes comments, links and the statements that are `gone` out of `kernel`. A comment goes to the statement that follows it, or to the
    /// instance that the statement was an input of.
    fn take_comments(&mut self, kernel: &mut Vec<Step>, kinds: &[Option<usize>], gone: &BTreeSet<usize>) {
        let node = self.node;
        let instance = |name: &str| {
            let held = |(child, kind): &(&Node, &Option<usize>)| {
                kind.is_some() && name.strip_prefix(&child.name).is_some_and(|rest| rest.starts_with('$'))
            };
            node.children.iter().zip(kinds).find(held).map(|(child, _)| child.name.clone())
        };
        let mut above = vec![];
        let mut number = 0;
        kernel.retain_mut(|step| {
            number += 1;
            let joined: Option<Vec<String>> = match step.statement {
                VerilogStatement::Comment(line) => {
                    above.push(line.clone());
                    return false;
                }
                VerilogStatement::Link(links) => Some(links.iter().flat_map(ends).collect()),
                _ if gone.contains(&(number - 1)) => Some(step.writes.iter().cloned().collect()),
                _ => None,
            };
            let Some(joined) = joined else {
                step.above = std::mem::take(&mut above);
                return true;
            };
            if joined.iter().any(|name| node.net(name).is_some_and(|net| net.role == Role::Output)) {
                above.clear(); // an output that is only passed on is a port connection below other comments
            } else if let (false, Some(child)) = (above.is_empty(), joined.iter().find_map(|name| instance(name))) {
                self.comments.entry(child).or_default().append(&mut above);
            }
            false
        });
    }

    /// The comment above the instance of a child.
    pub(super) fn comment(&self, child: &str) -> &[String] {
        self.comments.get(child).map_or(&[], Vec::as_slice)
    }

    /// The signal that stands for `name`, after all its aliases.
    pub(super) fn resolve<'n>(&'n self, mut name: &'n str) -> &'n str {
        while let Some(other) = self.aliases.get(name) {
            name = other;
        }
        name
    }

    /// What the signal that stands for `name` is called.
    pub(super) fn print_name(&self, name: &str) -> String {
        let name = self.resolve(name);
        self.printed.get(name).cloned().unwrap_or_else(|| name.into())
    }

    /// What `name` itself is called.
    pub(super) fn name_of<'n>(&'n self, name: &'n str) -> &'n str {
        self.printed.get(name).map_or(name, String::as_str)
    }

    /// Whether something is called so.
    pub(super) fn is_taken(&self, printed: &str) -> bool {
        self.printed.values().any(|taken| taken == printed)
    }

    /// Whether `name` is no more than another name.
    pub(super) fn is_alias(&self, name: &str) -> bool {
        self.aliases.contains_key(name)
    }

    /// The signals that other names stand for.
    pub(super) fn aliased(&self) -> impl Iterator<Item = &str> {
        self.aliases.values().map(|name| self.resolve(name))
    }
}

/// The signals that a link joins.
fn ends(link: &VerilogLink) -> [String; 2] {
    let (VerilogLink::Forward(ends) | VerilogLink::Backward(ends) | VerilogLink::Bidirectional(ends)) = link;
    [ends.owner_name.clone(), ends.other_name.clone()]
}

/// Whether `name` is a port of a child that is a module of its own.
fn is_module_port(node: &Node, kinds: &[Option<usize>], name: &str) -> bool {
    let instance =
        |(child, kind): (&Node, &Option<usize>)| kind.is_some() && name.strip_prefix(&child.name).is_some_and(|rest| rest.starts_with('$'));
    node.children.iter().zip(kinds).any(instance)
}

/// The Verilog name of every signal and instance: `$` becomes `_`, with more of them where two would be the same.
pub(super) fn printed(node: &Node) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for name in node.nets.iter().map(|net| &net.name).chain(node.children.iter().map(|child| &child.name)) {
        // rust-hdl's `clock!` reaches only ports called `clock`; in Verilog they are called `clk`.
        let short = match name.strip_suffix("clock") {
            Some(rest) if rest.is_empty() || rest.ends_with('$') => format!("{rest}clk"),
            _ => name.clone(),
        };
        let mut divider = String::from("_");
        while taken.contains(&short.replace('$', &divider)) {
            divider.push('_');
        }
        let printed = short.replace('$', &divider);
        taken.insert(printed.clone());
        names.insert(name.clone(), printed);
    }
    names
}
