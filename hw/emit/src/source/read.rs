//! The sources, file by file.

use super::{Field, Notes, Source, Sources, element};
use crate::error::EmitError;
use crate::trap::{Refusal, Trap};
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

impl Sources {
    /// Reads every Rust file in `folder` and below, in the order of their names.
    pub(crate) fn read(folder: &Path) -> Result<Sources, EmitError> {
        let mut sources = Sources::default();
        let mut files = vec![];
        list(folder, &mut files)?;
        files.sort();
        for path in files {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            let file = syn::parse_file(&text).map_err(|error| unreadable(&path, error))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            let lines = text.lines().collect();
            Reader { file: name, lines, sources: &mut sources, in_kernel: false }.visit_file(&file);
        }
        Ok(sources)
    }
}

fn unreadable(path: &Path, why: impl ToString) -> EmitError {
    EmitError::Source { path: path.into(), why: why.to_string() }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), EmitError> {
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

struct Reader<'a> {
    file: String,
    lines: Vec<&'a str>,
    sources: &'a mut Sources,
    in_kernel: bool,
}

impl Reader<'_> {
    fn refuse(&mut self, trap: Trap, spanned: impl ToTokens) {
        let line = spanned.span().start().line;
        let excerpt = spanned.to_token_stream().to_string();
        let excerpt = excerpt.chars().take(120).collect();
        self.sources.refusals.push(Refusal { trap, place: format!("{}:{line}", self.file), excerpt });
    }

    /// Refuses a definition that stands in for one of rust-hdl's casts.
    fn defines(&mut self, name: &syn::Ident) {
        if name == "bits" || name == "bit_cast" {
            self.refuse(Trap::NamedLikeCast, name);
        }
    }
}

/// Whether rust-hdl prints a call of this name as a cast.
fn like_cast(name: &str) -> bool {
    ["bits", "Bits", "bit_cast", "unsigned_cast", "signed_cast", "signed_bit_cast"].iter().any(|cast| name.starts_with(cast))
}

/// Whether a function is what rust-hdl prints.
fn is_kernel(function: &syn::ImplItemFn) -> bool {
    function.attrs.iter().any(|attribute| attribute.path().is_ident("hdl_gen"))
}

/// The lines of a doc comment.
fn doc(attributes: &[syn::Attribute]) -> Vec<String> {
    attributes.iter().filter_map(doc_line).collect()
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if pair.path.is_ident("doc") => Some(text.value().trim().to_string()),
        _ => None,
    }
}

fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), word),
        proc_macro2::TokenTree::Ident(ident) => ident == word,
        _ => false,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let named = item.fields.iter().filter_map(|field| Some((field.ident.as_ref()?.to_string(), field)));
        let field = |field: &syn::Field| Field { doc: doc(&field.attrs), of: field.ty.clone() };
        let fields: BTreeMap<_, _> = named.clone().map(|(name, of)| (name, field(of))).collect();
        let first = named.map(|(name, _)| name).next().unwrap_or_default();
        for field in &item.fields {
            let hidden = field.ident.as_ref().is_some_and(|name| name.to_string().starts_with('_'));
            if hidden && element(&field.ty).is_some_and(|kind| kind.ident == "Signal") {
                self.refuse(Trap::HiddenSignal, field.ident.as_ref());
            }
        }
        let generic = |parameter: &syn::GenericParam| match parameter {
            syn::GenericParam::Type(of) => Some(of.ident.to_string()),
            syn::GenericParam::Const(of) => Some(of.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        };
        let generics = item.generics.params.iter().filter_map(generic).collect();
        self.sources.structs.insert(item.ident.to_string(), Source { doc: doc(&item.attrs), generics, first, fields });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let kernel = item.items.iter().find_map(|item| match item {
            syn::ImplItem::Fn(function) if is_kernel(function) => Some(Notes::read(&function.block, &self.lines)),
            _ => None,
        });
        if let (Some(notes), Some(of)) = (kernel, element(&item.self_ty)) {
            self.sources.kernels.insert(of.ident.to_string(), notes);
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.defines(&item.sig.ident);
        visit::visit_item_fn(self, item);
    }

    fn visit_use_rename(&mut self, item: &'ast syn::UseRename) {
        self.defines(&item.rename);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.in_kernel = is_kernel(item);
        visit::visit_impl_item_fn(self, item);
        self.in_kernel = false;
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        if mentions(item.tokens.clone(), "hdl_gen") {
            self.refuse(Trap::KernelInMacro, &item.path);
        }
    }

    fn visit_expr_for_loop(&mut self, item: &'ast syn::ExprForLoop) {
        if let (true, syn::Expr::Range(range)) = (self.in_kernel, item.expr.as_ref())
            && matches!(range.limits, syn::RangeLimits::Closed(_))
        {
            self.refuse(Trap::InclusiveRange, range);
        }
        visit::visit_expr_for_loop(self, item);
    }

    fn visit_expr_call(&mut self, item: &'ast syn::ExprCall) {
        if let (true, syn::Expr::Path(path)) = (self.in_kernel, item.func.as_ref()) {
            let first = path.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let cast = path.path.segments.len() == 1 && (first == "bits" || first == "bit_cast");
            if like_cast(&first) && !cast {
                self.refuse(Trap::NamedLikeCast, item);
            }
        }
        visit::visit_expr_call(self, item);
    }

    fn visit_arm(&mut self, item: &'ast syn::Arm) {
        if let (true, Some((_, guard))) = (self.in_kernel, &item.guard) {
            self.refuse(Trap::MatchGuard, guard);
        }
        visit::visit_arm(self, item);
    }
}
