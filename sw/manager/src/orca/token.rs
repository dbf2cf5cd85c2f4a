//! The secret that a client shows: a bearer token. Source: RFC 6750, section 2.1.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use subtle::ConstantTimeEq as _;

/// Characters of a token.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=1024;

/// A token.
#[derive(Clone)]
pub struct Token(String);

impl fmt::Debug for Token {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// A file without a token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// It cannot be read.
    #[error("{path}: the token cannot be read: {error}; name a file that this program may read", path = .0.display(), error = .1)]
    Unreadable(PathBuf, io::Error),
    /// It has something else.
    #[error(
        "{path}: no token; write one line of {least} to {most} visible ASCII characters, for example by: openssl rand -hex 32",
        path = .0.display(), least = LENGTH.start(), most = LENGTH.end()
    )]
    Unfit(PathBuf),
}

impl Token {
    /// The one line of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or its line is not from 16 to 1024 visible ASCII characters.
    pub fn read(path: &Path) -> Result<Self, NoToken> {
        let mut bytes = Vec::new();
        let most = *LENGTH.end() as u64 + 3;
        let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
        read.map_err(|error| NoToken::Unreadable(path.to_owned(), error))?;
        let token = bytes.trim_ascii();
        let is_fit = LENGTH.contains(&token.len()) && token.iter().all(u8::is_ascii_graphic);
        let text = str::from_utf8(token).ok().filter(|_| is_fit);
        text.map(|text| Self(text.to_owned())).ok_or_else(|| NoToken::Unfit(path.to_owned()))
    }

    /// The value of the header `authorization` that shows it.
    pub fn header(&self) -> HeaderValue {
        // A token has visible ASCII characters only, which a value may have.
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0)).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// Whether these headers show it. The time that this takes depends on the lengths alone, not on how much is equal.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes).and_then(|value| value.split_at_checked("Bearer ".len()));
        shown.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case(b"Bearer ") && bool::from(token.ct_eq(self.0.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Token, NoToken> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, text).unwrap();
        Token::read(&path)
    }

    #[test]
    fn a_token_is_one_line_and_anything_else_is_refused() {
        assert_eq!(read("0123456789abcdef\n").unwrap().header(), "Bearer 0123456789abcdef");
        assert_eq!(read(&"x".repeat(1024)).unwrap().0.len(), 1024);
        for text in
            ["", "too short\n", "0123456789abcdef 0123456789abcdef", "0123456789abcdeé0123456789", &"x".repeat(1025), &"x".repeat(1 << 20)]
        {
            let why = read(text).unwrap_err().to_string();
            assert!(why.contains("no token; write one line of 16 to 1024 visible ASCII characters"), "{text:.20?}: {why}");
        }
        let why = Token::read(Path::new("/nowhere/token")).unwrap_err().to_string();
        assert!(why.starts_with("/nowhere/token: the token cannot be read: No such file"), "{why}");
    }

    #[test]
    fn only_the_whole_token_is_admitted_and_nothing_shows_it() {
        let token = read("0123456789abcdef").unwrap();
        let admits = |value: &'static str| token.admits(&HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))]));
        assert!(admits("Bearer 0123456789abcdef") && admits("bearer 0123456789abcdef"));
        for wrong in
            ["", "Bearer", "Bearer ", "Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0", "0123456789abcdef"]
        {
            assert!(!admits(wrong), "{wrong:?}");
        }
        assert!(!token.admits(&HeaderMap::new()));
        assert!(!format!("{token:?} {:?}", token.header()).contains("0123"));
    }
}
