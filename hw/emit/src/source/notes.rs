//! The comments in a kernel.

use syn::spanned::Spanned;

/// The comments in a block of statements: one note for each statement.
#[derive(Debug, Default)]
pub(crate) struct Notes(Vec<Note>);

/// The comments on a statement.
#[derive(Debug, Default)]
pub(crate) struct Note {
    /// The lines above it.
    pub(crate) above: Vec<String>,
    /// Those in its blocks, in order.
    blocks: Vec<Notes>,
}

impl Notes {
    /// The comments in `block`, of which `lines` is the file.
    pub(super) fn read(block: &syn::Block, lines: &[&str]) -> Notes {
        let mut last = block.brace_token.span.open().end().line;
        let note = |statement: &syn::Stmt| {
            let start = statement.span().start().line;
            let between = lines.get(last..start.saturating_sub(1)).unwrap_or_default();
            last = statement.span().end().line;
            let above = between.iter().filter_map(|line| line.trim().strip_prefix("//")).map(|line| line.trim().to_string()).collect();
            let blocks = match statement {
                syn::Stmt::Expr(expression, _) => blocks(expression, lines),
                _ => vec![],
            };
            Note { above, blocks }
        };
        Notes(block.stmts.iter().map(note).collect())
    }

    /// The comments on statement `number`.
    pub(crate) fn get(&self, number: usize) -> Option<&Note> {
        self.0.get(number)
    }
}

impl Note {
    /// The comments in block `number` of the statement: of an `if`, the second is `else`; of a `match`, each arm is one.
    pub(crate) fn block(&self, number: usize) -> Option<&Notes> {
        self.blocks.get(number)
    }
}

fn blocks(expression: &syn::Expr, lines: &[&str]) -> Vec<Notes> {
    match expression {
        syn::Expr::ForLoop(repeat) => vec![Notes::read(&repeat.body, lines)],
        syn::Expr::Block(block) => vec![Notes::read(&block.block, lines)],
        syn::Expr::If(choice) => {
            let mut found = vec![Notes::read(&choice.then_branch, lines)];
            match choice.else_branch.as_ref().map(|(_, otherwise)| otherwise.as_ref()) {
                Some(syn::Expr::If(_)) => {
                    let inner = choice.else_branch.as_ref().map_or(vec![], |(_, otherwise)| blocks(otherwise, lines));
                    found.push(Notes(vec![Note { above: vec![], blocks: inner }]));
                }
                Some(otherwise) => found.extend(blocks(otherwise, lines)),
                None => {}
            }
            found
        }
        syn::Expr::Match(choice) => choice.arms.iter().map(|arm| blocks(&arm.body, lines).pop().unwrap_or_default()).collect(),
        _ => vec![],
    }
}
